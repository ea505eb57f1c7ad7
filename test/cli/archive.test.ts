/** `millrace archive` on many entries: lists, and commands at a rate, by time, and in part. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';
import { truncateAll } from '../support/truncate-all.ts';
import { type CallOptions, call, jsonOf, removeFolder } from './cli-call.ts';
import { ordersApp } from './orders-app.ts';

interface Entry {
  readonly taskId: string;
  readonly executionName: string;
}

describe.skipIf(!hasPostgres)('the archive', () => {
  let folder = '';
  let database: TestDatabase;
  let entries: Entry[] = [];

  beforeAll(async () => {
    folder = ordersApp();
    database = await createTestDatabase();
    await millrace(['batch', 'list']);
  });
  beforeEach(async () => {
    await database.query(truncateAll);
    await millrace(['batch', 'start', 'orders']);
    entries = await listed();
  });
  afterAll(async () => {
    removeFolder(folder);
    await database?.drop();
  });

  function millrace(words: readonly string[], options: CallOptions = {}) {
    return call([...words, '--postgres', database.url], { folder, ...options });
  }

  async function listed(...words: string[]): Promise<Entry[]> {
    const page = jsonOf(await millrace(['archive', 'list', '--json', ...words]));
    return (page as { entries: Entry[] }).entries;
  }

  it('millrace archive get shows the input of an execution and how it failed', async () => {
    const [entry] = await listed('--error', 'BadAddress');

    const asJson = jsonOf(await millrace(['archive', 'get', entry?.taskId ?? '', '--json']));
    const asText = await millrace(['archive', 'get', `order:${entry?.executionName}`]);

    expect(asJson).toMatchObject({
      taskId: entry?.taskId,
      error: 'BadAddress',
      cause: expect.stringContaining('no such place'),
      status: 'FAILED',
      input: { id: '4', to: 'nowhere' },
    });
    expect(asText.stdout).toMatch(/^reason +BadAddress is not retryable$/m);
    expect(asText.stdout).toMatch(/^input +\{"id":"4","to":"nowhere"\}$/m);
  });

  it('millrace archive get refuses an unknown task', async () => {
    const byId = await millrace(['archive', 'get', 'none', '--json']);
    const byName = await millrace(['archive', 'get', 'order:none']);

    expect([byId.status, byName.status]).toEqual([2, 2]);
    expect(jsonOf(byId)).toMatchObject({ error: { code: 'UNKNOWN_TASK', id: 'none' } });
    expect(byName.stderr).toMatch(/the archive has no task 'order:none'/);
  });

  it('millrace archive list selects entries by their time', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();

    const since = await listed('--from', hourAgo);
    const until = await listed('--before', hourAgo);

    expect(since).toHaveLength(2);
    expect(until).toEqual([]);
    const refused = await millrace(['archive', 'list', '--from', 'yesterday']);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toMatch(/expected a time such as 2026-11-24 .*found 'yesterday'/);
  });

  it('millrace archive redrive --dry-run shows the oldest entries and changes nothing', async () => {
    const words = ['archive', 'redrive', '--all', '--dry-run'];

    const asJson = jsonOf(await millrace([...words, '--limit', '1', '--json']));
    const asText = await millrace(words);

    expect(asJson).toMatchObject({ matching: 1, some: [{ id: entries.at(-1)?.taskId }] });
    expect(asText.stdout).toMatch(/^2 would be redriven, oldest first\n {2}\S+ {2}\S+ {2}\S/);
    expect(asText.stdout).toMatch(/^ {2}\S+ {2}\S+ {2}BadAddress$/m);
    expect(await listed()).toEqual(entries);
  });

  it('millrace archive commands report unknown tasks, and take the others', async () => {
    const there = entries[0]?.taskId ?? '';

    const redriven = await millrace(['archive', 'redrive', there, 'gone', '--detach']);
    const deleted = await millrace(['archive', 'delete', 'gone']);

    expect(redriven).toMatchObject({ status: 1 });
    expect(redriven.stdout).toMatch(/^order \S+ redrives 1: left to the leader\n$/);
    expect(redriven.stderr).toMatch(/the archive has no task 'gone'/);
    expect(deleted).toMatchObject({ status: 1, stdout: '0 deleted\n' });
    expect(deleted.stderr).toMatch(/the archive has no task 'gone'/);
  });

  it('millrace archive redrive --limit takes the oldest entries', async () => {
    const oldest = entries.at(-1)?.taskId;

    const result = await millrace(['archive', 'redrive', '--all', '--limit', '1', '--json']);

    expect(jsonOf(result)).toMatchObject({ redriven: 1 });
    // It has failed again, and so is the newest one now.
    expect((await listed()).map(({ taskId }) => taskId)).toEqual([oldest, entries[0]?.taskId]);
  });

  it('millrace archive redrive is an order with a rate, and an interruption cancels it', async () => {
    const stop = new AbortController();
    const redrive = ['archive', 'redrive', '--all', '--rate', '1', '--reason', 'fixed', '--json'];

    const result = await millrace(redrive, {
      interrupted: stop.signal,
      onStderr: (text) => {
        if (text.includes('redriven: 1')) stop.abort();
      },
    });

    const { orderId, ...outcome } = jsonOf(result) as { readonly orderId: string };
    expect(result.status).toBe(130);
    expect(outcome).toEqual({ redriven: 1, stopped: true });
    expect(jsonOf(await millrace(['order', 'get', orderId, '--json']))).toMatchObject({
      action: 'redrive',
      via: 'cli',
      perSecond: 1,
      reason: 'fixed',
      status: 'CANCELLED',
      done: 1,
    });
  });

  it('millrace archive redrive --detach leaves the order to a leader', async () => {
    const redrive = ['archive', 'redrive', '--error', 'BadAddress', '--detach', '--rate', '50'];

    const result = await millrace([...redrive, '--json']);
    const { orderId, matching } = jsonOf(result) as { orderId: string; matching: number };

    expect(matching).toBe(1);
    expect(result.stderr).toMatch(/no leader is alive/);
    expect(jsonOf(await millrace(['order', 'get', orderId, '--json']))).toMatchObject({
      status: 'RUNNING',
      perSecond: 50,
      total: 1,
    });
    expect(await listed()).toHaveLength(2);
  });

  it('millrace archive redrive without a condition changes nothing', async () => {
    const refused = await millrace(['archive', 'redrive']);

    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toMatch(/--all for the whole archive/);
  });

  it('millrace archive delete needs a confirmation for several entries', async () => {
    const asked = await millrace(['archive', 'delete', '--all']);
    const still = await listed();
    const done = await millrace(['archive', 'delete', '--all', '--yes', '--json']);

    expect(asked).toMatchObject({ status: 2, stdout: '' });
    expect(asked.stderr).toMatch(/permanently deletes 2 entries; pass --yes/);
    expect(still).toHaveLength(2);
    expect(jsonOf(done)).toEqual({ deleted: 2 });
    expect(await listed()).toEqual([]);
  });

  it('millrace archive redrive removes entries whose executions have succeeded since', async () => {
    await database.query(
      `UPDATE millrace.executions SET status = 'SUCCEEDED', output = '1' WHERE ended_at IS NOT NULL`,
    );

    const result = await millrace(['archive', 'redrive', '--all', '--limit', '5', '--json']);

    expect(jsonOf(result)).toMatchObject({ redriven: 0, failed: 0 });
    expect(await listed()).toEqual([]);
  });
});
