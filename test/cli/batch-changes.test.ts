/** The commands that change or follow one batch, call after call on one PostgreSQL. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';
import { truncateAll } from '../support/truncate-all.ts';
import { call, jsonOf, removeFolder } from './cli-call.ts';
import { ordersApp } from './orders-app.ts';

interface Report {
  readonly batchId: string;
}

let folder = '';
let database: TestDatabase;

beforeAll(async () => {
  if (!hasPostgres) return;
  folder = ordersApp();
  database = await createTestDatabase();
  await millrace(['batch', 'list']);
});

beforeEach(async () => {
  if (hasPostgres) await database.query(truncateAll);
});

afterAll(async () => {
  if (!hasPostgres) return;
  removeFolder(folder);
  await database.drop();
});

function millrace(words: readonly string[]) {
  return call([...words, '--postgres', database.url], { folder });
}

async function answerTo<Document>(words: readonly string[]): Promise<Document> {
  return jsonOf(await millrace([...words, '--json'])) as Document;
}

async function recorded(): Promise<number> {
  const rows = await database.query('SELECT 1 FROM millrace.batches');
  return rows.length;
}

describe.skipIf(!hasPostgres)('commands on a batch', () => {
  async function recordedBatch(): Promise<string> {
    return (await answerTo<Report>(['batch', 'start', 'orders', '--detach'])).batchId;
  }

  it('batch pause and resume have the same result when they are repeated', async () => {
    const id = await recordedBatch();

    const paused = [await answerTo(['batch', 'pause', id]), await answerTo(['batch', 'pause', id])];
    const resumed = await answerTo(['batch', 'resume', id]);
    const again = await millrace(['batch', 'resume', id]);

    const status = { batchId: id, status: 'PAUSED', reason: 'paused on request', onHold: false };
    expect(paused).toEqual([status, status]);
    expect(resumed).toEqual({ batchId: id, status: 'RUNNING', reason: null, onHold: false });
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('is resumed') });
  });

  it('a batch is paused, held and resumed by its name, with reasons that are shown', async () => {
    const id = await recordedBatch();

    await millrace(['batch', 'pause', 'orders', '--reason', 'the shop is down']);
    const held = await answerTo(['batch', 'pause', 'latest', '--hold', '--reason', 'keep it']);
    const { stdout } = await millrace(['batch', 'get', 'orders']);
    await millrace(['batch', 'resume', 'orders', '--reason', 'up again']);
    const report = await answerTo<{ changes: object[] }>(['batch', 'get', id]);

    expect(held).toEqual({ batchId: id, status: 'PAUSED', reason: 'keep it', onHold: true });
    expect(stdout).toMatch(/paused by .*: the shop is down\n.*paused by .*: keep it\n/);
    expect(stdout).toContain(`npx millrace batch resume ${id} --reason TEXT`);
    expect(report.changes).toMatchObject([
      { action: 'resumeBatch', via: 'cli', reason: 'up again' },
      { action: 'pauseBatch', reason: 'keep it' },
      { action: 'pauseBatch', reason: 'the shop is down' },
    ]);
  });

  it('batch delete deletes a batch that has ended, by its name only when it is confirmed', async () => {
    const open = await recordedBatch();
    const refused = await millrace(['batch', 'delete', open]);
    await millrace(['batch', 'start', 'orders', '--resume']);

    const unconfirmed = await millrace(['batch', 'delete', 'orders']);
    const deleted = await answerTo(['batch', 'delete', 'orders', '--yes']);

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('is RUNNING: cancel it first');
    expect(unconfirmed).toMatchObject({ status: 2, stderr: expect.stringContaining('--yes') });
    expect(deleted).toEqual({ batchId: open, deleted: 4 });
    expect(await recorded()).toBe(0);
    for (const table of ['executions', 'history', 'batch_counters', 'state_counts', 'archive']) {
      expect(await database.query(`SELECT 1 FROM millrace.${table}`)).toEqual([]);
    }
  });

  it('batch get --watch follows a batch until it ends or is paused', async () => {
    await recordedBatch();
    await millrace(['batch', 'start', 'orders', '--resume']);

    const watched = await answerTo(['batch', 'get', 'orders', '--watch']);

    expect(watched).toMatchObject({ status: 'SUCCEEDED', total: 4 });
  });

  it('batch cancel is carried out by the next process that runs the batch', async () => {
    const id = await recordedBatch();
    await millrace(['batch', 'pause', id]);

    const cancelled = await millrace(['batch', 'cancel', id]);
    const meanwhile = await answerTo(['batch', 'get', id]);
    const run = await millrace(['batch', 'start', 'orders', '--resume', '--json']);

    expect(cancelled).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('is being cancelled'),
    });
    expect(meanwhile).toMatchObject({
      status: 'RUNNING',
      reason: expect.stringContaining('cancelled on request'),
    });
    expect(run.status).toBe(1);
    expect(jsonOf(run)).toMatchObject({ batchId: id, status: 'ABORTED', total: 0 });
    expect(await answerTo(['batch', 'cancel', id])).toMatchObject({ status: 'ABORTED' });
  });

  it.each(['pause', 'resume', 'cancel'])(
    'batch %s refuses a batch that has ended',
    async (verb) => {
      const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);

      const result = await millrace(['batch', verb, batchId]);

      expect(result).toMatchObject({ status: 1, stdout: '' });
      expect(result.stderr).toContain(
        `the batch ${batchId} has ended SUCCEEDED; nothing was changed`,
      );
    },
  );

  it.each(['pause', 'resume', 'cancel'])('batch %s refuses an unknown batch', async (verb) => {
    const result = await millrace(['batch', verb, 'none', '--json']);

    expect(result.status).toBe(2);
    expect(jsonOf(result)).toMatchObject({ error: { code: 'UNKNOWN_BATCH', batchId: 'none' } });
  });
});
