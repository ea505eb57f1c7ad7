/** Runs the program of docs/coming-from-a-job-queue.md in a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../cli/cli-call.ts';
import { codeBlocks, readDocument, root } from './markdown.ts';

it('the program for those who come from a job queue does what it shows', () => {
  const files = codeBlocks(readDocument('docs/coming-from-a-job-queue.md'))
    .filter(({ note }) => note !== '')
    .map(({ note, text }) => [note, text]);
  const folder = folderWith({
    ...Object.fromEntries(files),
    'package.json': '{"type": "module"}',
  });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'millrace'), 'junction');

  const options = ['--conditions=millrace-source', 'jobs.ts'];
  const { stdout, stderr } = spawnSync(process.execPath, options, {
    cwd: folder,
    encoding: 'utf8',
  });

  expect(stderr).toBe('');
  expect(stdout).toBe('{"sent":"ada@example.com"}\nfalse true\n');
});
