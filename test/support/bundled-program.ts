/**
 * Gives the processes that tests start the program as users have it, in a few files: a fleet starts
 * hundreds of times, and the sources take twice the CPU time to start.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundleProgram } from '../../bin/bundle-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The launcher of the bundled program; absent where tests start the sources. */
    readonly launcher?: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Called by vitest before the first test file; the returned function is called after the last. */
export default async function setup(project: TestProject): Promise<() => void> {
  // Below `node_modules`, where the program finds its dependencies.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'millrace-'));
  for (const file of ['package.json', 'bin/millrace.js'])
    cpSync(join(root, file), join(folder, file));
  // A test makes the connections of this package hang.
  await bundleProgram(join(folder, 'dist/program'), ['pg']);
  project.provide('launcher', join(folder, 'bin/millrace.js'));
  return () => rmSync(folder, { recursive: true });
}
