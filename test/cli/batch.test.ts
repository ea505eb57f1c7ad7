/** `millrace batch`, `executions` and `archive` on one PostgreSQL, call after call. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf } from '../support/check-store.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';
import { truncateAll } from '../support/truncate-all.ts';
import { type CallOptions, call, jsonOf, removeFolder } from './cli-call.ts';
import { ordersApp } from './orders-app.ts';

interface Report {
  readonly batchId: string;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly error: string | null;
}

interface Archived {
  readonly taskId: string;
  readonly error: string;
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

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'millraceTestMended');
});

afterAll(async () => {
  if (!hasPostgres) return;
  removeFolder(folder);
  await database.drop();
});

function millrace(words: readonly string[], options: CallOptions = {}) {
  return call([...words, '--postgres', database.url], { folder, ...options });
}

async function answerTo<Document>(words: readonly string[]): Promise<Document> {
  return jsonOf(await millrace([...words, '--json'])) as Document;
}

async function recorded(): Promise<number> {
  const rows = await database.query('SELECT 1 FROM millrace.batches');
  return rows.length;
}

describe.skipIf(!hasPostgres)('batch start', () => {
  it('fails the row with missing columns, by its number, and runs all others', async () => {
    const result = await millrace(['batch', 'start', 'orders', '--json']);

    expect(result.status).toBe(0);
    expect(jsonOf(result)).toMatchObject({
      name: 'orders',
      status: 'SUCCEEDED',
      total: 4,
      succeeded: 2,
      failed: 2,
      archived: 2,
      byError: { BadAddress: 1, 'Millrace.InvalidItem': 1 },
    });
    const [bad] = await database.query<{ cause: string }>(
      `SELECT cause FROM millrace.executions WHERE error = 'Millrace.InvalidItem'`,
    );
    expect(bad?.cause).toMatch(/row 3 \(line 4\): expected 2 columns \(id, to\), found 1/);
    expect(await faultsOf((text) => database.query(text))).toEqual([]);
  });

  it('shows a summary to a person, with what to do next', async () => {
    const { stdout, stderr, status } = await millrace(['batch', 'start', 'orders']);

    expect(status).toBe(0);
    expect(stderr).toMatch(/^orders: 4 of 4, 2 failed/m);
    expect(stdout).toMatch(/orders SUCCEEDED/);
    expect(stdout).toMatch(/succeeded +2/);
    expect(stdout).toMatch(/failed +2, all in the archive/);
    expect(stdout).toContain('archive list --batch');
  });

  it('ends with status 1 when more fails than is tolerated', async () => {
    const result = await millrace(['batch', 'start', 'tolerant', '--json']);

    expect(result.status).toBe(1);
    expect(jsonOf(result)).toMatchObject({ status: 'FAILED', reason: expect.any(String) });
  });

  it('carries keys that mean something elsewhere through a whole run, letter for letter', async () => {
    await millrace(['batch', 'start', 'odd', '--json']);

    const [row] = await database.query<{ input: string }>('SELECT input FROM millrace.executions');
    expect(row?.input).toBe('{"__proto__":1,"$":2,"x.$":"$"}');
  });

  it('fails an item over the payload limit and runs the next', async () => {
    const report = await answerTo(['batch', 'start', 'large']);

    expect(report).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
    const [bad] = await database.query<{ cause: string }>(
      `SELECT cause FROM millrace.executions WHERE status = 'FAILED'`,
    );
    expect(bad?.cause).toMatch(/at most 1000 bytes, found \d+/);
  });

  it.each([
    ['an unknown handler', 'ghosts', 1, /'nobody' at \/States\/A\/Resource/],
    ['a missing file', 'lost', 2, /none\.csv/],
    ['an unknown transformer', 'mapped', 2, /there is no transformer 'noTransformer'/],
    ['an unknown batch', 'orders2', 2, /no batch is named 'orders2'; known: orders, odd/],
  ])('refuses %s and records nothing', async (_, name, status, message) => {
    const result = await millrace(['batch', 'start', name]);

    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(await recorded()).toBe(0);
  });

  it('only records the batch with --detach, for dev to run', async () => {
    const detached = await millrace(['batch', 'start', 'orders', '--detach', '--json']);
    const { batchId } = jsonOf(detached) as Report;
    const before = await answerTo(['batch', 'status', batchId]);
    expect(detached.stderr).toMatch(/no leader is alive: start 'millrace leader'/);

    const stop = new AbortController();
    const dev = millrace(['dev'], {
      interrupted: stop.signal,
      onStderr: (said) => {
        if (/millrace is running/.test(said)) void whenEnded(batchId).then(() => stop.abort());
      },
    });

    expect(before).toMatchObject({ status: 'RUNNING', total: 0 });
    expect(await dev).toMatchObject({ status: 0, stdout: '' });
    expect(await answerTo(['batch', 'status', batchId])).toMatchObject({ succeeded: 2, failed: 2 });
  });

  it('goes on with the unfinished batch with --resume, and starts no other', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders', '--detach']);

    const resumed = await answerTo(['batch', 'start', 'orders', '--resume']);

    expect(resumed).toMatchObject({ batchId, status: 'SUCCEEDED', total: 4 });
    expect(await recorded()).toBe(1);
  });

  it('shows the newest batch again with --resume when it has ended', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);

    const again = await millrace(['batch', 'start', 'orders', '--resume', '--json']);

    expect(again.status).toBe(0);
    expect(again.stderr).toContain(`nothing to resume: the newest batch ${batchId} has ended`);
    expect(jsonOf(again)).toMatchObject({ batchId });
  });

  it('says with --resume that there is none, and where it looked', async () => {
    const result = await millrace(['batch', 'start', 'orders', '--resume']);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/no batch named 'orders' to resume in PostgreSQL at/);
  });
});

/** Resolves when the batch has ended, as the database says. */
async function whenEnded(batchId: string): Promise<void> {
  const query = 'SELECT 1 FROM millrace.batches WHERE id = $1 AND ended_at IS NOT NULL';
  while ((await database.query(query, [batchId])).length === 0);
}

describe.skipIf(!hasPostgres)('what is listed', () => {
  it('are batches, the newest first, a page at a time', async () => {
    const first = await answerTo<Report>(['batch', 'start', 'orders']);
    const second = await answerTo<Report>(['batch', 'start', 'odd']);

    const page = await answerTo<{ batches: Listed[]; next: string }>([
      'batch',
      'list',
      '--limit',
      '1',
    ]);
    const rest = await answerTo(['batch', 'list', '--cursor', page.next]);
    const asText = await millrace(['batch', 'list']);

    expect(page.batches).toMatchObject([{ id: second.batchId, name: 'odd' }]);
    expect(rest).toMatchObject({ batches: [{ id: first.batchId, name: 'orders' }], next: null });
    expect(asText.stdout).toMatch(/^id +name +status +total/);
    expect(asText.stdout.trim().split('\n')).toHaveLength(3);
  });

  it('are executions by status and error, each once however small the pages', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);
    const list = ['executions', 'list', '--batch', batchId];

    const names: string[] = [];
    let cursor: string[] = [];
    for (let pages = 0; pages < 5; pages += 1) {
      const words = [...list, '--limit', '1', ...cursor];
      const page = await answerTo<{ executions: Listed[]; next: string | null }>(words);
      names.push(...page.executions.map(({ name }) => name));
      if (page.next === null) break;
      cursor = ['--cursor', page.next];
    }
    const failed = await answerTo<{ executions: Listed[] }>([...list, '--status', 'FAILED']);
    const byError = await answerTo([...list, '--error', 'BadAddress']);

    expect(names.sort()).toEqual([0, 1, 2, 3].map((index) => `${batchId}-${index}`));
    expect(failed.executions).toHaveLength(2);
    expect(byError).toMatchObject({ executions: [{ name: `${batchId}-3` }], next: null });
  });

  it('is one execution with its history, by id or by machine and name', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);
    const name = `order:${batchId}-0`;

    const described = await answerTo<Listed>(['executions', 'describe', name]);
    const history = await answerTo(['executions', 'history', described.id]);
    const asText = await millrace(['executions', 'history', name]);

    expect(described).toMatchObject({
      machineType: 'STANDARD',
      input: { id: '1', to: 'Ada' },
      output: { shipped: '1' },
    });
    expect(history).toMatchObject({
      executionId: described.id,
      events: expect.arrayContaining([
        expect.objectContaining({ id: 1, type: 'ExecutionStarted' }),
      ]),
    });
    expect(asText.stdout).toMatch(/^ +1 .* ExecutionStarted\n[\s\S]* ExecutionSucceeded/);
  });

  it('is nothing for an execution that nobody knows, and the call fails', async () => {
    const result = await millrace(['executions', 'describe', 'order:none']);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/no execution is called 'order:none': give its id, or/);
  });
});

describe.skipIf(!hasPostgres)('orders about a batch', () => {
  async function recordedBatch(): Promise<string> {
    return (await answerTo<Report>(['batch', 'start', 'orders', '--detach'])).batchId;
  }

  it('pause it, and let it go on, however often they are given', async () => {
    const id = await recordedBatch();

    const paused = [await answerTo(['batch', 'pause', id]), await answerTo(['batch', 'pause', id])];
    const resumed = await answerTo(['batch', 'resume', id]);
    const again = await millrace(['batch', 'resume', id]);

    const status = { batchId: id, status: 'PAUSED', reason: 'a person paused it' };
    expect(paused).toEqual([status, status]);
    expect(resumed).toEqual({ batchId: id, status: 'RUNNING', reason: null });
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('goes on') });
  });

  it('abort it, and whoever runs it next ends it so', async () => {
    const id = await recordedBatch();
    await millrace(['batch', 'pause', id]);

    const ordered = await millrace(['batch', 'abort', id]);
    const meanwhile = await answerTo(['batch', 'status', id]);
    const run = await millrace(['batch', 'start', 'orders', '--resume', '--json']);

    expect(ordered).toMatchObject({ status: 0, stdout: expect.stringContaining('being aborted') });
    expect(meanwhile).toMatchObject({
      ...{ status: 'RUNNING', reason: 'being aborted: a person aborted it' },
    });
    expect(run.status).toBe(1);
    expect(jsonOf(run)).toMatchObject({ batchId: id, status: 'ABORTED', total: 0 });
    expect(await answerTo(['batch', 'abort', id])).toMatchObject({ status: 'ABORTED' });
  });

  it.each(['pause', 'resume', 'abort'])(
    'change nothing of one that has ended: %s',
    async (verb) => {
      const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);

      const result = await millrace(['batch', verb, batchId]);

      expect(result).toMatchObject({ status: 1, stdout: '' });
      expect(result.stderr).toContain(
        `the batch ${batchId} has ended SUCCEEDED; nothing was changed`,
      );
    },
  );

  it.each(['pause', 'resume', 'abort'])('say that they know no such batch: %s', async (verb) => {
    const result = await millrace(['batch', verb, 'none', '--json']);

    expect(result.status).toBe(2);
    expect(jsonOf(result)).toMatchObject({ error: { code: 'UNKNOWN_BATCH', batchId: 'none' } });
  });
});

describe.skipIf(!hasPostgres)('archive', () => {
  it('lists what failed for good, by its error', async () => {
    await answerTo(['batch', 'start', 'orders']);

    const all = await answerTo<{ entries: Archived[] }>(['archive', 'list']);
    const one = await answerTo(['archive', 'list', '--error', 'BadAddress']);
    const asText = await millrace(['archive', 'list']);

    expect(all.entries).toHaveLength(2);
    expect(one).toMatchObject({ entries: [{ error: 'BadAddress' }], next: null });
    expect(asText.stdout).toMatch(/BadAddress/);
  });

  it.each(['redrive', 'delete'])('refuses to %s without a condition', async (verb) => {
    await answerTo(['batch', 'start', 'orders']);

    const result = await millrace(['archive', verb]);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/name tasks, or say which by --batch, .* or --all/);
    expect((await answerTo<{ entries: Archived[] }>(['archive', 'list'])).entries).toHaveLength(2);
  });

  it.each(['redrive', 'delete'])('only counts what it would %s with --dry-run', async (verb) => {
    await answerTo(['batch', 'start', 'orders']);

    const counted = await answerTo(['archive', verb, '--all', '--dry-run']);

    expect(counted).toMatchObject({ matching: 2 });
    expect((await answerTo<{ entries: Archived[] }>(['archive', 'list'])).entries).toHaveLength(2);
  });

  it('runs what is redriven again, here, and says how that ended', async () => {
    await answerTo(['batch', 'start', 'orders']);
    const redrive = ['archive', 'redrive', '--error', 'BadAddress', '--json'];

    const again = await millrace(redrive);
    Reflect.set(globalThis, 'millraceTestMended', true);
    const mended = await millrace(redrive);

    expect([again.status, jsonOf(again)]).toEqual([1, { redriven: 1, failed: 1 }]);
    expect([mended.status, jsonOf(mended)]).toEqual([0, { redriven: 1, failed: 0 }]);
    expect(await answerTo(['archive', 'redrive', '--error', 'BadAddress'])).toEqual({
      redriven: 0,
    });
    expect(await faultsOf((text) => database.query(text))).toEqual([]);
  });

  it('only puts back what is redriven with --detach', async () => {
    await answerTo(['batch', 'start', 'orders']);

    const result = await answerTo(['archive', 'redrive', '--error', 'BadAddress', '--detach']);

    expect(result).toEqual({ redriven: 1 });
    const open = await answerTo(['executions', 'list', '--status', 'PENDING_REDRIVE']);
    expect(open).toMatchObject({ executions: [{ error: null }] });
  });

  it('deletes entries by id and leaves their executions as they ended', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);
    const { entries } = await answerTo<{ entries: Archived[] }>(['archive', 'list']);

    const deleted = await answerTo(['archive', 'delete', entries[0]?.taskId ?? '']);

    expect(deleted).toEqual({ deleted: 1 });
    expect(await answerTo(['batch', 'status', batchId])).toMatchObject({ failed: 2, archived: 1 });
  });
});
