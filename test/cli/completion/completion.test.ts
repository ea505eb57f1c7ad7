/** What a shell completes, from the program's own tree and the configuration. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeFolder, removeFolder } from '../cli-call.ts';

let folder = '';

beforeAll(() => {
  folder = makeFolder({
    'millrace.config.mjs': `export default {
      machines: { order: { definition: './none.json' } },
      tasks: { 'report:build': () => null },
      batches: {
        orders: { machine: 'order', source: { kind: 'items', items: [] } },
        refunds: { machine: 'order', source: { kind: 'items', items: [] } },
      },
    };`,
  });
});

afterAll(() => removeFolder(folder));

async function complete(...words: string[]): Promise<string[]> {
  const { stdout } = await call(['completion', 'words', '--', ...words], { folder });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

describe('millrace completion words', () => {
  it.each([
    [['bat'], ['batch']],
    [['batch', 'st'], ['start']],
    [
      ['batch', 'start', ''],
      ['orders', 'refunds'],
    ],
    [['batch', 'start', '--concurrency', '5', 'r'], ['refunds']],
    [['batch', 'list', '--status', 'PA'], ['PAUSED']],
    [['batch', 'list', '--stat'], ['--status']],
    [['queue', 'pause', 'low', 'cr'], ['critical']],
    [['execution', 'list', '--machine', ''], ['order']],
    [['task', 'enqueue', '--type', 'rep'], ['report:build']],
    [['run', ''], []],
    [['nope', 'x'], []],
  ])('the words %j are completed to %j', async (words, completed) => {
    expect(await complete(...words)).toEqual(completed);
  });

  it('a folder without a configuration has no names, and no error', async () => {
    const { status, stdout, stderr } = await call([
      'completion',
      'words',
      '--',
      'batch',
      'start',
      '',
    ]);

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('the scripts of millrace completion', () => {
  it('the script for bash is one that bash can read', async () => {
    const { stdout } = await call(['completion', 'bash']);

    const { status, stderr } = spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
