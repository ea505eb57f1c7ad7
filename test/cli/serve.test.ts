/** What a serving process prints. */
import { expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

it('a serving process prints lines of JSON when it runs and when it has stopped', async () => {
  const folder = folderWith({ 'millrace.config.mjs': 'export default { machines: {} };' });
  const stop = new AbortController();

  const { status, stdout, stderr } = await call(['dev', '--store', 'memory', '--json'], {
    folder,
    interrupted: stop.signal,
    onStderr: (said) => {
      if (/is running on/.test(said)) stop.abort();
    },
  });

  const lines = stdout.trimEnd().split('\n');
  expect(status).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { status: 'running', broker: 'memory' },
    { status: 'stopped' },
  ]);
  expect(stderr).toMatch(/press Ctrl-C again to stop at once/);
});
