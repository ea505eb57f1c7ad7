/** `millrace batch`, `execution` and `archive` on one PostgreSQL, call after call. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findStoreFaults } from '../support/check-store.ts';
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
  Reflect.deleteProperty(globalThis, 'millraceTestRepaired');
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
  it('batch start fails the row with missing columns, by its number, and runs all others', async () => {
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
    expect(await findStoreFaults((text) => database.query(text))).toEqual([]);
  });

  it('batch start prints a summary with the next commands', async () => {
    const { stdout, stderr, status } = await millrace(['batch', 'start', 'orders']);

    expect(status).toBe(0);
    expect(stderr).toMatch(/^orders: 4 of 4, 2 failed/m);
    expect(stdout).toMatch(/orders SUCCEEDED/);
    expect(stdout).toMatch(/succeeded +2/);
    expect(stdout).toMatch(/failed +2, all in the archive/);
    expect(stdout).toContain('archive list --batch');
  });

  it('batch start exits with status 1 when more fails than is tolerated', async () => {
    const result = await millrace(['batch', 'start', 'tolerant', '--json']);

    expect(result.status).toBe(1);
    expect(jsonOf(result)).toMatchObject({ status: 'FAILED', reason: expect.any(String) });
  });

  it('batch start keeps keys with a special meaning unchanged', async () => {
    await millrace(['batch', 'start', 'odd', '--json']);

    const [row] = await database.query<{ input: string }>('SELECT input FROM millrace.executions');
    expect(row?.input).toBe('{"__proto__":1,"$":2,"x.$":"$"}');
  });

  it('batch start fails an item over the payload limit and runs the next', async () => {
    const report = await answerTo(['batch', 'start', 'large']);

    expect(report).toMatchObject({ total: 2, succeeded: 1, failed: 1 });
    const [bad] = await database.query<{ cause: string }>(
      `SELECT cause FROM millrace.executions WHERE status = 'FAILED'`,
    );
    expect(bad?.cause).toMatch(/at most 1000 bytes, found \d+/);
  });

  it.each([
    ['an unknown handler', 'ghosts', 1, /'unhandled' at \/States\/A\/Resource/],
    ['a missing file', 'lost', 2, /none\.csv/],
    ['an unknown transformer', 'mapped', 2, /there is no transformer 'noTransformer'/],
    ['an unknown batch', 'orders2', 2, /no batch is named 'orders2'; known: orders, odd/],
  ])('batch start refuses %s and records nothing', async (_, name, status, message) => {
    const result = await millrace(['batch', 'start', name]);

    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(await recorded()).toBe(0);
  });

  it('batch start --detach only records the batch, for dev to run', async () => {
    const detached = await millrace(['batch', 'start', 'orders', '--detach', '--json']);
    const { batchId } = jsonOf(detached) as Report;
    const before = await answerTo(['batch', 'get', batchId]);
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
    expect(await answerTo(['batch', 'get', batchId])).toMatchObject({ succeeded: 2, failed: 2 });
    const { stdout } = await millrace(['batch', 'get', batchId]);
    expect(stdout).toMatch(/Executions by state; 0 in none:\n +state +now +entered/);
  });

  it('batch start --resume continues the unfinished batch, and starts no other', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders', '--detach']);
    const left = await millrace(['batch', 'list']);

    const resumed = await answerTo(['batch', 'start', 'orders', '--resume']);

    expect(left.stdout).toMatch(/ RUNNING, no leader /);
    expect(left.stdout).toContain("'npx millrace batch start orders --resume");
    expect(resumed).toMatchObject({ batchId, status: 'SUCCEEDED', total: 4 });
    expect(await recorded()).toBe(1);
  });

  it('a batch that is interrupted, or only recorded, names the command that goes on, with its store', async () => {
    const interrupted = await millrace(['batch', 'start', 'orders'], {
      interrupted: AbortSignal.abort(),
    });
    const recordedOnly = await millrace(['batch', 'start', 'orders', '--detach']);

    expect(interrupted.status).toBe(130);
    expect(interrupted.stderr).toMatch(/'npx millrace batch start orders --resume --postgres …'/);
    expect(recordedOnly.stdout).toMatch(
      /\nfollow it with 'npx millrace batch get \S+ --watch --postgres …'\n$/,
    );
  });

  it('batch start --resume prints the newest batch again when it has ended', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);

    const again = await millrace(['batch', 'start', 'orders', '--resume', '--json']);

    expect(again.status).toBe(0);
    expect(again.stderr).toContain(`nothing to resume: the newest batch ${batchId} has ended`);
    expect(jsonOf(again)).toMatchObject({ batchId });
  });

  it('batch start --resume refuses when there is no batch, and names the store', async () => {
    const result = await millrace(['batch', 'start', 'orders', '--resume']);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/no batch named 'orders' to resume in PostgreSQL at/);
  });
});

/** Waits until the batch has ended in the database. */
async function whenEnded(batchId: string): Promise<void> {
  const query = 'SELECT 1 FROM millrace.batches WHERE id = $1 AND ended_at IS NOT NULL';
  while ((await database.query(query, [batchId])).length === 0);
}

describe.skipIf(!hasPostgres)('lists', () => {
  it('batch list shows batches, newest first, page by page', async () => {
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

  it('execution list filters by status and error, and shows each execution once', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);
    const list = ['execution', 'list', '--batch', batchId];

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

  it('execution get and history show an execution by its id or its name', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);
    const name = `order:${batchId}-0`;

    const described = await answerTo<Listed>(['execution', 'get', name]);
    const history = await answerTo(['execution', 'history', described.id]);
    const asText = await millrace(['execution', 'history', name]);

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

  it('execution get refuses an unknown execution', async () => {
    const result = await millrace(['execution', 'get', 'order:none']);

    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/no execution is called 'order:none': give its id, or/);
    expect(result.stderr).not.toContain('did you mean');
    expect((await millrace(['execution', 'get', 'ordr:none'])).stderr).toContain(
      "; did you mean the machine 'order'?",
    );
  });
});

describe.skipIf(!hasPostgres)('archive', () => {
  it('millrace archive list filters by error', async () => {
    await answerTo(['batch', 'start', 'orders']);

    const all = await answerTo<{ entries: Archived[] }>(['archive', 'list']);
    const one = await answerTo(['archive', 'list', '--error', 'BadAddress']);
    const asText = await millrace(['archive', 'list']);

    expect(all.entries).toHaveLength(2);
    expect(one).toMatchObject({ entries: [{ error: 'BadAddress' }], next: null });
    expect(asText.stdout).toMatch(/BadAddress/);
  });

  it.each(['redrive', 'delete'])(
    'millrace archive %s refuses a call without a condition',
    async (verb) => {
      await answerTo(['batch', 'start', 'orders']);

      const result = await millrace(['archive', verb]);

      expect(result).toMatchObject({ status: 2, stdout: '' });
      expect(result.stderr).toMatch(
        /expected (?:tasks or a condition, or --all|a condition \(tasks, batch, .* or all) for the whole archive/,
      );
      expect((await answerTo<{ entries: Archived[] }>(['archive', 'list'])).entries).toHaveLength(
        2,
      );
    },
  );

  it.each(['redrive', 'delete'])('millrace archive %s --dry-run only counts', async (verb) => {
    await answerTo(['batch', 'start', 'orders']);

    const counted = await answerTo(['archive', verb, '--all', '--dry-run']);

    expect(counted).toMatchObject({ matching: 2 });
    expect((await answerTo<{ entries: Archived[] }>(['archive', 'list'])).entries).toHaveLength(2);
  });

  it('millrace archive redrive runs executions in this process, and prints how many failed', async () => {
    await answerTo(['batch', 'start', 'orders']);
    const redrive = ['archive', 'redrive', '--error', 'BadAddress', '--json'];

    const again = await millrace(redrive);
    Reflect.set(globalThis, 'millraceTestRepaired', true);
    const repaired = await millrace(redrive);

    const done = { orderId: expect.any(String), redriven: 1 };
    expect([again.status, jsonOf(again)]).toEqual([1, { ...done, failed: 1 }]);
    expect([repaired.status, jsonOf(repaired)]).toEqual([0, { ...done, failed: 0 }]);
    expect(await answerTo(['archive', 'redrive', '--error', 'BadAddress'])).toEqual({
      orderId: null,
      redriven: 0,
      failed: 0,
    });
    expect(await findStoreFaults((text) => database.query(text))).toEqual([]);
  });

  it('millrace archive delete removes entries by id and keeps their executions', async () => {
    const { batchId } = await answerTo<Report>(['batch', 'start', 'orders']);
    const { entries } = await answerTo<{ entries: Archived[] }>(['archive', 'list']);

    const deleted = await answerTo(['archive', 'delete', entries[0]?.taskId ?? '']);

    expect(deleted).toEqual({ deleted: 1 });
    expect(await answerTo(['batch', 'get', batchId])).toMatchObject({ failed: 2, archived: 1 });
  });
});
