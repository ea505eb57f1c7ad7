/**
 * Loaded before a program that `contained-run.ts` started: ends the program and all of its
 * processes when the process that started it is gone, even by SIGKILL.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { endGroup } from './contained-run.ts';

const folder = tmpdir();

process.once('disconnect', async () => {
  // The group's SIGTERM reaches this process too, which has to outlive the others.
  process.on('SIGTERM', () => {});
  rmSync(folder, { recursive: true, force: true });
  await endGroup(process.pid);
});
// The listener must not keep a program alive that has nothing left to do.
process.channel?.unref();
