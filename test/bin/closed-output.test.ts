/** What is written where: results to stdout, which its reader may close, and all else to stderr. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { folderWith } from '../cli/cli-call.ts';
import { compileCacheVariables } from '../support/compile-cache.ts';

const launcher = fileURLToPath(new URL('../../bin/millrace.js', import.meta.url));

function start(words: readonly string[], folder = '.') {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [launcher, ...words], {
    cwd: folder,
    env: { PATH, ...compileCacheVariables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

it('a closed pipe does not end a command with an error', async () => {
  const child = start(['--help']);
  child.stdout.destroy();
  const stderr = text(child.stderr);

  const [code] = await once(child, 'exit');

  expect(await stderr).toBe('');
  expect(code).toBe(0);
});

it('a closed pipe stops a process that runs until it is interrupted, in order', async () => {
  const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: {} };' });
  const child = start(['dev', '--store', 'memory', '--no-dashboard', '--json'], folder);
  child.stdout.destroy();
  const stderr = text(child.stderr);

  const [code] = await once(child, 'exit');

  expect(code).toBe(0);
  expect(await stderr).toMatch(/is running on[\s\S]*stopping: waiting for running handlers/);
});

it('the console of a handler does not mix with the result on stdout', async () => {
  const work = { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'a', End: true } } };
  const folder = folderWith({
    'a.asl.json': JSON.stringify(work),
    'millrace.config.mjs':
      "export default { machines: {}, handlers: { a: () => (console.log('charging'), 7) } };",
  });
  const child = start(['run', 'a.asl.json', '--store', 'memory', '--json'], folder);

  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);

  expect(JSON.parse(stdout)).toMatchObject({ status: 'SUCCEEDED', output: 7 });
  expect(stderr).toBe('charging\n');
});
