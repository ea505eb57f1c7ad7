/** What the store makes of a Data API that wakes up, throttles, refuses, or does not answer. */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RdsDataSqlClient } from '../../../lib/drivers/rds-data/rds-data-client.ts';
import type { Statement } from '../../../lib/drivers/sql/sql-client.ts';
import type { Store } from '../../../lib/ports/store.ts';
import {
  batchExecutions,
  create,
  ending,
  leaseMs,
  newBatch,
  newExecution,
} from '../../contracts/store/store-harness.ts';
import { settle } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { hasPostgres } from '../../support/test-database.ts';
import { type DataApi, placeOf, startDataApi } from './data-api.ts';

const text = 'a text of a user';
const castWrongly: Statement = {
  name: 'cast_wrongly',
  text: `SELECT CAST(CAST($1 AS json)->>'text' AS uuid)::text AS "id"`,
};

/** The answer of `work`, moving the clock on whenever somebody waits for it. */
async function inNoTime<Answer>(clock: SimulatedClock, work: Promise<Answer>): Promise<Answer> {
  let done = false;
  const mark = () => {
    done = true;
  };
  work.then(mark, mark);
  while (!done) {
    await settle();
    if (clock.pendingTimers > 0) await clock.advance(500);
  }
  return await work;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe.skipIf(!hasPostgres)('a Data API that misbehaves', () => {
  const clock = new SimulatedClock();
  const refusal: { reason: string | null } = { reason: null };
  let api: DataApi;
  let store: Store;
  let client: RdsDataSqlClient;

  beforeAll(async () => {
    api = await startDataApi({ authorize: () => refusal.reason });
    store = api.open({ clock });
    client = new RdsDataSqlClient({ ...placeOf(api.server), clock });
    await store.migrate();
  });
  afterEach(() => {
    refusal.reason = null;
    api.server.throttle(null);
    api.server.resumeDatabase();
  });
  afterAll(async () => {
    await store?.close();
    await client?.close();
    await api?.close();
  });

  const calls = () => api.server.requests.ExecuteStatement;

  it('is waited for while a paused database wakes up', async () => {
    await api.server.pauseDatabase(1e9);
    const before = calls();
    const resuming = (async () => {
      while (calls() < before + 4) await settle();
      api.server.resumeDatabase();
    })();

    const id = await inNoTime(clock, create(store, newExecution()));

    await resuming;
    expect(id).toHaveLength(1);
    expect(calls() - before).toBeGreaterThanOrEqual(5);
  });

  it('is waited for a minute, in pauses of up to five seconds, and no longer', async () => {
    await api.server.pauseDatabase(1e9);
    const [startedAt, before] = [clock.now(), calls()];

    const error = await inNoTime(clock, failureOf(store.listMachines()));

    const tookMs = clock.now() - startedAt;
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(tookMs).toBeGreaterThanOrEqual(60_000);
    expect(tookMs).toBeLessThan(67_000);
    expect(calls() - before).toBeGreaterThan(11);
    expect(calls() - before).toBeLessThan(30);
  });

  it('is asked again where it turned a call away as one too many', async () => {
    api.server.throttle({ count: 4 });

    expect(await inNoTime(clock, store.listMachines())).toEqual([]);
  });

  it('is unavailable when it goes on turning calls away', async () => {
    api.server.throttle({ count: 1_000 });

    const error = await inNoTime(clock, failureOf(store.listMachines()));

    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });

  for (const fault of [
    'lost-answer',
    'lost-request',
    'internal-error-after',
    'internal-error',
    'service-unavailable',
    'gateway-timeout',
    'link-failure',
  ] as const) {
    it(`gives a claim and an end once, whatever becomes of a call: ${fault}`, async () => {
      const { id: batchId } = await store.createBatch(newBatch());
      const [id = ''] = await create(store, ...batchExecutions(batchId, 0, 1));

      api.server.failNext(fault, 'ExecuteStatement');
      const { claimed } = await inNoTime(clock, store.claim('worker-1', leaseMs, [id]));
      const [execution] = claimed;
      if (execution === undefined) throw new Error('not handed out');
      api.server.failNext(fault, 'ExecuteStatement');
      const written = await inNoTime(clock, store.commit([ending(execution)]));

      expect(execution.stalls).toBe(0);
      expect(written).toEqual(new Set([id]));
      expect(await store.getBatch(batchId)).toMatchObject({ created: 1, succeeded: 1 });
    });
  }

  it('reads the rest of an answer again without repeating what was done', async () => {
    const input = JSON.stringify('x'.repeat(1_000_000));
    const [id = ''] = await create(store, newExecution({ input }));
    const before = calls();

    const claiming = store.claim('worker-1', leaseMs, [id]);
    while (calls() === before) await settle();
    api.server.failNext('internal-error', 'ExecuteStatement');
    const { claimed } = await inNoTime(clock, claiming);

    expect(claimed).toMatchObject([{ id, fence: 1, stalls: 0 }]);
    expect(claimed[0]?.input === input).toBe(true);
    expect(calls() - before).toBe(5);
  });

  it('is unavailable when no call is answered', async () => {
    for (let n = 0; n < 3; n += 1) api.server.failNext('gateway-timeout');

    const error = await inNoTime(clock, failureOf(store.listMachines()));

    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });

  it("tells PostgreSQL's refusal by its state, without the document", async () => {
    const before = calls();

    const error = await failureOf(client.call(castWrongly, { text: `\n${text}` }));

    expect(error).toMatchObject({
      code: 'STORE_FAILED',
      retryable: false,
      fields: { sqlState: '22P02' },
    });
    expect(calls() - before).toBe(1);
    expect(inspect(error, { depth: 9 })).not.toContain(text);
  });

  it('says which actions to allow on what where the caller may not', async () => {
    refusal.reason = 'not authorized';
    const before = calls();

    const error = await failureOf(store.listMachines());

    const { clusterArn, secretArn } = api.server;
    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: false,
      message: expect.stringMatching(
        new RegExp(`rds-data:ExecuteStatement.*${clusterArn}.*GetSecretValue on ${secretArn}`),
      ),
    });
    expect(calls() - before).toBe(1);
  });

  it('says what is wrong with a cluster, a secret or a database that is not there', async () => {
    const { clusterArn, secretArn } = api.server;
    const mistakes = [
      [{ clusterArn: `${clusterArn}2` }, 'DATABASE_CLUSTER_ARN'],
      [{ secretArn: `${secretArn}2` }, `${secretArn}2`],
      [{ database: 'shop' }, "'shop'"],
    ] as const;
    for (const [mistake, told] of mistakes) {
      const wrong = api.open({ clock, ...mistake });

      const error = await inNoTime(clock, failureOf(wrong.inspect()));

      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false });
      expect(String(error)).toContain(told);
      await wrong.close();
    }
  });

  it('is not blamed for settings by which Aurora loses nothing', async () => {
    const { warnings } = await store.inspect();

    // the suite's own PostgreSQL runs without fsync
    expect(warnings.filter((warning) => !warning.startsWith('synchronous_commit'))).toEqual([]);
  });

  it('is no longer asked once the store is closed, and its waiters are let go', async () => {
    await api.server.pauseDatabase(1e9);
    const closing = api.open({ clock });
    const before = calls();
    const waiting = failureOf(closing.listMachines());
    while (calls() === before || clock.pendingTimers === 0) await settle();

    await closing.close();

    expect(await waiting).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(closing.listMachines()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe.skipIf(!hasPostgres)('migrations over the Data API', () => {
  it('are made once by two that start together, whatever becomes of their calls', async () => {
    const clock = new SimulatedClock();
    const api = await startDataApi();
    const stores = [api.open({ clock }), api.open({ clock })];
    api.server.failNext('lost-answer', 'CommitTransaction');
    api.server.failNext('lost-answer', 'BeginTransaction');

    await inNoTime(clock, Promise.all(stores.map((store) => store.migrate())));

    const { applied, known } = (await stores[0]?.inspect())?.schema ?? {};
    expect(applied).toBe(known);
    expect(applied).toBeGreaterThan(0);
    await Promise.all(stores.map((store) => store.close()));
    await api.close();
  });

  it('go on after a pause in their midst', async () => {
    const clock = new SimulatedClock();
    const api = await startDataApi();
    const store = api.open({ clock });
    const pausing = (async () => {
      while (api.server.requests.CommitTransaction < 3) await settle();
      await api.server.pauseDatabase(1e9);
      const { ExecuteStatement, BeginTransaction } = api.server.requests;
      const seen = ExecuteStatement + BeginTransaction;
      const calls = () =>
        api.server.requests.ExecuteStatement + api.server.requests.BeginTransaction;
      while (calls() < seen + 3) await settle();
      api.server.resumeDatabase();
    })();

    await inNoTime(clock, store.migrate());

    await pausing;
    const { applied, known } = (await store.inspect()).schema;
    expect(applied).toBe(known);
    await store.close();
    await api.close();
  });
});
