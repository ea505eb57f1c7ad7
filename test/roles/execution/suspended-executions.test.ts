/** Executions that are suspended and resumed, on every store that is available here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { openPgliteStore } from '../../../lib/drivers/pglite/pglite-store.ts';
import { openPostgresStore } from '../../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { checkHistory } from '../../../lib/engine/invariants.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { Leader } from '../../../lib/roles/leader.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { RoleHarness } from '../../support/role-harness.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

/** Three rounds of work with a pause after each. */
const rounds = {
  StartAt: 'Work',
  States: {
    Work: { Type: 'Task', Resource: 'work', ResultPath: '$.round', Next: 'Pause' },
    Pause: {
      Type: 'Wait',
      SecondsPath: '$.seconds',
      InputPath: '$',
      OutputPath: '$',
      Next: 'Enough',
    },
    Enough: {
      Type: 'Choice',
      Choices: [{ Variable: '$.round', NumericLessThan: 3, Next: 'Work' }],
      Default: 'Done',
    },
    Done: { Type: 'Pass', Parameters: { 'rounds.$': '$.round' }, End: true },
  },
};

/** The time of the stores: the harness's clock, once there is one. */
const time = { now: () => Date.UTC(2026, 0, 1) };

interface Opened {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

const drivers: [string, boolean, () => Promise<Opened>][] = [
  ['memory', true, async () => opened(openMemoryStore({ now: () => time.now() }))],
  ['PGlite', true, async () => opened(await openPgliteStore({ now: () => time.now() }))],
  ['PostgreSQL', hasPostgres, openPostgres],
];

function opened(store: Store, database?: TestDatabase): Opened {
  const close = async () => {
    await store.close();
    await database?.drop();
  };
  return { store, close };
}

async function openPostgres(): Promise<Opened> {
  const database = await createTestDatabase();
  return opened(
    openPostgresStore({ clock: systemClock, url: database.url, now: () => time.now() }),
    database,
  );
}

for (const [name, isHere, open] of drivers) {
  describe.skipIf(!isHere)(`on ${name}`, () => {
    let driver: Opened;

    beforeAll(async () => {
      driver = await open();
      await driver.store.migrate();
    });

    afterAll(() => driver.close());

    /** A harness whose handler records its calls by execution. */
    async function setUp(machineId: string, seed: number) {
      const calls = new Map<string, string[]>();
      const harness = new RoleHarness({
        seed,
        store: () => driver.store,
        handlers: {
          work: (input: { round?: Json }, { execution, idempotencyKey }) => {
            const keys = calls.get(execution.id) ?? [];
            calls.set(execution.id, [...keys, idempotencyKey]);
            return Number(input.round ?? 0) + 1;
          },
        },
      });
      time.now = () => harness.clock.now();
      await harness.register(rounds, machineId);
      return { harness, calls };
    }

    it(`each visit of a Wait waits again, and finished work is not repeated, on ${name}`, async () => {
      const { harness, calls } = await setUp('looping', 1);
      const id = await harness.submit({ seconds: 3_600 }, { machineId: 'looping' });
      const worker = harness.worker({ leaseMs: 600_000 });
      const sweeper = harness.sweeper();
      const startedAt = harness.clock.now();
      worker.start();
      sweeper.start();

      await harness.pass(
        async () => (await harness.readStatus(id)) === 'SUCCEEDED',
        'the end',
        60_000,
      );
      await Promise.all([worker, sweeper].map((role) => harness.stop(role)));

      const record = await harness.store.getExecution(id);
      expect(record).toMatchObject({ output: '{"rounds":3}', stalls: 0, attempts: 0 });
      expect((record?.endedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(3 * 3_600_000);
      expect(calls.get(id)).toHaveLength(3);
      expect(new Set(calls.get(id)).size).toBe(3);
      const history = await harness.readHistory(id);
      expect(checkHistory(history)).toEqual([]);
      expect(history.filter(({ type }) => type === 'WaitStateEntered')).toHaveLength(3);
    });

    it(`concurrent leaders and workers run nothing twice, and the counters match the executions, on ${name}`, async () => {
      const { harness, calls } = await setUp('crowded', 2);
      const batchId = harness.entropy.uuid();
      const items = Array.from({ length: 120 }, () => ({ seconds: 2 }));
      const options = { chunkSize: 9, maxInFlight: 50, retriesMax: 0 };
      await harness.store.createBatch({
        id: batchId,
        name: 'crowd',
        machineId: 'crowded',
        machineVersion: 1,
        source: JSON.stringify({ kind: 'items', items }),
        options: JSON.stringify(options),
      });
      const deps = {
        files: new MemoryFiles(),
        objects: new MemoryFiles(),
        transformers: {},
        queues: ['default'],
        payloadBytesMax: 262_144,
        leaseMs: 600_000,
      };
      const roles = [
        new Leader({ ...harness, ...deps }),
        new Leader({ ...harness, ...deps }),
        harness.worker({ leaseMs: 600_000, concurrency: 7 }),
        harness.worker({ leaseMs: 600_000, concurrency: 7 }),
        harness.sweeper(),
      ];
      for (const role of roles) role.start();
      const batch = () => harness.store.getBatch(batchId);

      await harness.pass(async () => (await batch())?.status !== 'RUNNING', 'the end', 100, 20_000);
      await Promise.all(roles.map((role) => harness.stop(role)));

      expect(await batch()).toMatchObject({
        status: 'SUCCEEDED',
        created: 120,
        succeeded: 120,
        failed: 0,
      });
      const { entries } = await harness.store.listOutputs(batchId, { limit: 1_000 });
      expect(entries.map(({ batchIndex }) => batchIndex)).toEqual(items.map((_, index) => index));
      for (const { id, output } of entries) {
        expect(output).toBe('{"rounds":3}');
        expect(calls.get(id)).toHaveLength(3);
        expect(checkHistory(await harness.readHistory(id))).toEqual([]);
      }
    });
  });
}
