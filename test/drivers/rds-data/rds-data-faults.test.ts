/** The store with a Data API that resumes, throttles, refuses, or does not answer. */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RdsDataSqlClient } from '../../../lib/drivers/rds-data/rds-data-client.ts';
import type { Statement } from '../../../lib/drivers/sql/sql-client.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
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
import { type DataApi, startDataApi, toClientOptions } from './data-api.ts';

const text = 'a text of a user';
const castWrongly: Statement = {
  name: 'cast_wrongly',
  text: `SELECT CAST(CAST($1 AS json)->>'text' AS uuid)::text AS "id"`,
};

/** Advances the clock whenever a timer waits, and returns the result of `work`. */
async function withoutDelay<Result>(clock: SimulatedClock, work: Promise<Result>): Promise<Result> {
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

async function catchError(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe.skipIf(!hasPostgres)('failing Data API', () => {
  const clock = new SimulatedClock();
  const refusal: { reason: string | null } = { reason: null };
  let api: DataApi;
  let store: Store;
  let client: RdsDataSqlClient;

  beforeAll(async () => {
    api = await startDataApi({ authorize: () => refusal.reason });
    store = api.open({ clock });
    client = new RdsDataSqlClient({ ...toClientOptions(api.server), clock });
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

  it('a call waits while a paused database resumes', async () => {
    await api.server.pauseDatabase(1e9);
    const before = calls();
    const resuming = (async () => {
      while (calls() < before + 4) await settle();
      api.server.resumeDatabase();
    })();

    const id = await withoutDelay(clock, create(store, newExecution()));

    await resuming;
    expect(id).toHaveLength(1);
    expect(calls() - before).toBeGreaterThanOrEqual(5);
  });

  it('a call waits one minute for a paused database, in delays of up to five seconds', async () => {
    await api.server.pauseDatabase(1e9);
    const [startedAt, before] = [clock.now(), calls()];

    const error = await withoutDelay(clock, catchError(store.listMachines()));

    const tookMs = clock.now() - startedAt;
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(tookMs).toBeGreaterThanOrEqual(60_000);
    expect(tookMs).toBeLessThan(67_000);
    expect(calls() - before).toBeGreaterThan(11);
    expect(calls() - before).toBeLessThan(30);
  });

  it('a throttled call is retried', async () => {
    api.server.throttle({ count: 4 });

    expect(await withoutDelay(clock, store.listMachines())).toEqual([]);
  });

  it('a Data API that keeps throttling is unavailable', async () => {
    api.server.throttle({ count: 1_000 });

    const error = await withoutDelay(clock, catchError(store.listMachines()));

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
    it(`a claim and an end take effect once with the fault ${fault}`, async () => {
      const { id: batchId } = await store.createBatch(newBatch());
      const [id = ''] = await create(store, ...batchExecutions(batchId, 0, 1));

      api.server.failNext(fault, 'ExecuteStatement');
      const { claimed } = await withoutDelay(clock, store.claim('worker-1', leaseMs, [id]));
      const [execution] = claimed;
      if (execution === undefined) throw new Error('not handed out');
      api.server.failNext(fault, 'ExecuteStatement');
      const written = await withoutDelay(clock, store.commit([ending(execution)]));

      expect(execution.stalls).toBe(0);
      expect(written).toEqual(new Set([id]));
      expect(await store.getBatch(batchId)).toMatchObject({ created: 1, succeeded: 1 });
    });
  }

  it('a failed read of the rest of a result is retried without running the statement again', async () => {
    const input = JSON.stringify('x'.repeat(1_000_000));
    const [id = ''] = await create(store, newExecution({ input }));
    const before = calls();

    const claiming = store.claim('worker-1', leaseMs, [id]);
    while (calls() === before) await settle();
    api.server.failNext('internal-error', 'ExecuteStatement');
    const { claimed } = await withoutDelay(clock, claiming);

    expect(claimed).toMatchObject([{ id, fence: 1, stalls: 0 }]);
    expect(claimed[0]?.input === input).toBe(true);
    expect(calls() - before).toBe(5);
  });

  it('a Data API that answers no call is unavailable', async () => {
    for (let n = 0; n < 3; n += 1) api.server.failNext('gateway-timeout');

    const error = await withoutDelay(clock, catchError(store.listMachines()));

    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });

  it('a refusal by PostgreSQL is reported with its SQLSTATE and without the document', async () => {
    const before = calls();

    const error = await catchError(client.call(castWrongly, { text: `\n${text}` }));

    expect(error).toMatchObject({
      code: 'STORE_FAILED',
      retryable: false,
      fields: { sqlState: '22P02' },
    });
    expect(calls() - before).toBe(1);
    expect(inspect(error, { depth: 9 })).not.toContain(text);
  });

  it('an unauthorized call reports which actions to allow on which resources', async () => {
    refusal.reason = 'not authorized';
    const before = calls();

    const error = await catchError(store.listMachines());

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

  it('a missing cluster, secret or database is reported with its name', async () => {
    const { clusterArn, secretArn } = api.server;
    const mistakes = [
      [{ clusterArn: `${clusterArn}2` }, 'DATABASE_CLUSTER_ARN'],
      [{ secretArn: `${secretArn}2` }, `${secretArn}2`],
      [{ database: 'shop' }, "'shop'"],
    ] as const;
    for (const [mistake, named] of mistakes) {
      const wrong = api.open({ clock, ...mistake });

      const error = await withoutDelay(clock, catchError(wrong.inspect()));

      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false });
      expect(String(error)).toContain(named);
      await wrong.close();
    }
  });

  it('an inspection of Aurora has no warnings about settings that are safe there', async () => {
    const { warnings } = await store.inspect();

    // The suite's own PostgreSQL runs without fsync.
    expect(warnings.filter((warning) => !warning.startsWith('synchronous_commit'))).toEqual([]);
  });

  it('a closed store makes no calls and ends its waiting ones', async () => {
    await api.server.pauseDatabase(1e9);
    const closing = api.open({ clock });
    const before = calls();
    const waiting = catchError(closing.listMachines());
    while (calls() === before || clock.pendingTimers === 0) await settle();

    await closing.close();

    expect(await waiting).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(closing.listMachines()).rejects.toMatchObject({ code: 'STOPPED' });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe.skipIf(!hasPostgres)('migrations over the Data API', () => {
  it('two stores that migrate together apply each migration once, also when responses are lost', async () => {
    const clock = new SimulatedClock();
    const api = await startDataApi();
    const stores = [api.open({ clock }), api.open({ clock })];
    const losing = (async () => {
      while (api.server.requests.ExecuteStatement < 8) await settle();
      api.server.failNext('lost-answer', 'ExecuteStatement');
      api.server.failNext('lost-answer', 'ExecuteStatement');
    })();

    await withoutDelay(clock, Promise.all(stores.map((store) => store.migrate())));

    await losing;

    const { applied, known } = (await stores[0]?.inspect())?.schema ?? {};
    expect(applied).toBe(known);
    expect(applied).toBeGreaterThan(0);
    await Promise.all(stores.map((store) => store.close()));
    await api.close();
  });

  it('a migration continues after the database was paused during it', async () => {
    const clock = new SimulatedClock();
    const api = await startDataApi();
    const store = api.open({ clock });
    const pausing = (async () => {
      while (api.server.requests.ExecuteStatement < 6) await settle();
      await api.server.pauseDatabase(1e9);
      const seen = api.server.requests.ExecuteStatement;
      while (api.server.requests.ExecuteStatement < seen + 3) await settle();
      api.server.resumeDatabase();
    })();

    await withoutDelay(clock, store.migrate());

    await pausing;
    const { applied, known } = (await store.inspect()).schema;
    expect(applied).toBe(known);
    await store.close();
    await api.close();
  });
});
