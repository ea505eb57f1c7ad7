/** The options that select what `batch list` and `execution list` show. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepDatabasesOpen } from '../support/kept-databases.ts';
import { call, jsonOf, makeFolder, removeFolder } from './cli-call.ts';

keepDatabasesOpen();

const config = `export default {
  machines: {
    order: {
      definition: {
        StartAt: 'Ship',
        States: { Ship: { Type: 'Task', Resource: 'ship', End: true } },
      },
      nonRetryableErrors: ['Error'],
    },
  },
  handlers: {
    ship: (id) => {
      if (id === 2) throw new Error('no');
      return id;
    },
  },
  batches: {
    orders: {
      machine: 'order',
      source: { kind: 'items', items: [1, 2, 3] },
      options: { failurePolicy: null },
    },
  },
};`;

let folder = '';

beforeAll(async () => {
  folder = makeFolder({ 'millrace.config.mjs': config });
  await millrace('batch', 'start', 'orders');
}, 120_000);
afterAll(() => removeFolder(folder));

function millrace(...words: string[]) {
  return call([...words, '--data', join(folder, 'data')], { folder });
}

/** Returns the number of things that a list shows. */
async function count(what: 'batch' | 'execution', ...options: string[]): Promise<number> {
  const listed = jsonOf(await millrace(what, 'list', ...options, '--json'));
  return Object.values(listed as Record<string, unknown>).flatMap((value) =>
    Array.isArray(value) ? [value.length] : [],
  )[0] as number;
}

it('executions are listed by every option', { timeout: 120_000 }, async () => {
  expect(await count('execution')).toBe(3);
  expect(await count('execution', '--status', 'FAILED', 'ABORTED')).toBe(1);
  expect(await count('execution', '--status', 'FAILED', '--status', 'SUCCEEDED')).toBe(3);
  expect(await count('execution', '--failed-state', 'Ship')).toBe(1);
  expect(await count('execution', '--queue', 'low')).toBe(0);
  expect(await count('execution', '--name-prefix', 'none')).toBe(0);
  expect(await count('execution', '--name', 'none')).toBe(0);
  expect(await count('execution', '--from', '2026-01-01', '--before', '2126-01-01')).toBe(3);
  expect(await count('execution', '--ended-from', '2126-01-01')).toBe(0);
  expect(await count('execution', '--ended-before', '2126-01-01')).toBe(3);
});

it('batches are listed by every option', { timeout: 120_000 }, async () => {
  expect(await count('batch', '--status', 'SUCCEEDED', 'FAILED', 'PAUSED')).toBe(1);
  expect(await count('batch', '--status', 'RUNNING')).toBe(0);
  expect(await count('batch', '--name', 'orders', '--machine', 'order')).toBe(1);
  expect(await count('batch', '--from', '2126-01-01')).toBe(0);
  expect(await count('batch', '--before', '2126-01-01')).toBe(1);
});

it.each([
  [['execution', 'list', '--machine', 'ordr'], "did you mean 'order'?"],
  [['execution', 'list', '--queue', 'crtical'], "did you mean 'critical'?"],
  [['batch', 'list', '--name', 'ordrs'], "did you mean 'orders'?"],
])('the call %j, which names what does not exist, is refused', async (words, message) => {
  const { status, stderr } = await millrace(...words);

  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
