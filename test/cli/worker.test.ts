/** `millrace worker` and `leader`: a process of its own, started with or without `start`. */
import { describe, expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

const config = 'export default { machines: {} };';

describe('a process of one role', () => {
  it.each([
    ['worker', ['worker']],
    ['worker', ['worker', 'start']],
    ['leader', ['leader']],
    ['leader', ['leader', 'start']],
  ])('a %s process (%j) refuses drivers that no other process reaches', async (role, words) => {
    const folder = folderWith({ 'millrace.config.mjs': config });

    const result = await call([...words, '--store', 'memory'], { folder });

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain(`a ${role} process of its own needs a broker`);
  });

  it('a worker takes its own options with and without start', async () => {
    const folder = folderWith({ 'millrace.config.mjs': config });
    const options = ['--queues', 'urgent', '--strict', '--store', 'memory'];

    for (const words of [['worker'], ['worker', 'start']]) {
      const result = await call([...words, ...options], { folder });
      expect(result).toMatchObject({ status: 2, stdout: '' });
      expect(result.stderr).toContain("'urgent'");
    }
  });

  it('worker list says when no process is alive', async () => {
    const text = await call(['worker', 'list', '--store', 'memory']);
    const json = await call(['worker', 'list', '--store', 'memory', '--json']);

    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toMatch(/^no leader or worker is alive: start 'millrace leader'/);
    expect(JSON.parse(json.stdout)).toEqual({ workers: [] });
  });
});
