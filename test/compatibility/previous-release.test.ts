/** The previous release on this one's schema, and this one on the previous release's. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectStore } from '../../lib/app/compose/open-store.ts';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { migrations } from '../../lib/drivers/sql/migrations/list-migrations.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { loadPreviousRelease, type PreviousRelease } from '../support/previous-release.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';

const items = 40;

/** A task that waits until it may go on, one that fails at first, and one that always does. */
function orders(mayEnd: Promise<void>): MillraceConfig {
  return {
    machines: {
      order: {
        definition: {
          StartAt: 'Price',
          States: {
            Price: {
              Type: 'Task',
              Resource: 'price',
              Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 2 }],
              Next: 'Pause',
            },
            Pause: { Type: 'Wait', Seconds: 0, Next: 'Ship' },
            Ship: { Type: 'Task', Resource: 'ship', End: true },
          },
        },
        nonRetryableErrors: ['Lost'],
      },
    },
    handlers: {
      price: async ({ number }: { number: number }, { retryCount }) => {
        if (number === 1 && retryCount === 0) {
          throw Object.assign(new Error('busy'), { name: 'Busy' });
        }
        return { number };
      },
      ship: async ({ number }: { number: number }) => {
        await mayEnd;
        if (number === 2) throw Object.assign(new Error('lost'), { name: 'Lost' });
        return { shipped: number };
      },
    },
    batches: {
      orders: {
        machine: 'order',
        source: {
          kind: 'items',
          items: Array.from({ length: items }, (_, number) => ({ number })),
        },
        options: { toleratedFailureCount: 1 },
      },
    },
  };
}

describe.skipIf(!hasPostgres)('two releases over one schema', () => {
  let previous: PreviousRelease;
  let database: TestDatabase;
  let closes: (() => Promise<void>)[];

  beforeAll(async () => {
    previous = await loadPreviousRelease();
  });
  beforeEach(async () => {
    database = await createTestDatabase();
    closes = [() => database.drop()];
  });
  afterEach(async () => {
    for (const close of closes.toReversed()) await close();
  });

  function flags() {
    return { store: 'postgres', postgresUrl: database.url, broker: 'memory' };
  }

  async function open(
    program: Pick<PreviousRelease, 'openMillrace'>,
    mayEnd = Promise.resolve(),
  ): Promise<Millrace> {
    const app = await program.openMillrace({ config: orders(mayEnd), flags: flags() });
    closes.push(() => app.close());
    return app;
  }

  async function connect(program: Pick<PreviousRelease, 'connectStore'>): Promise<Store> {
    const store = await program.connectStore({
      driver: 'postgres',
      url: database.url,
      poolSize: 2,
      pooler: false,
    });
    closes.push(() => store.close());
    return store;
  }

  /** Runs a batch with a retry and a failure to its end, and redrives what failed. */
  async function expectWhole(app: Millrace, id: string): Promise<void> {
    const report = await app.batches.wait(id);
    expect(report).toMatchObject({
      status: 'SUCCEEDED',
      succeeded: items - 1,
      failed: 1,
    });
    const { entries } = await app.archive.list({ batchId: id });
    expect(entries).toHaveLength(1);
  }

  it('the previous release runs batches on the newest schema, as it does after a rollback', async () => {
    await (await connect({ connectStore })).migrate();
    const app = await open(previous);
    await app.start();

    const { id } = await app.batches.start('orders');

    await expectWhole(app, id);
    const { schema } = await (await connect({ connectStore })).inspect();
    expect(schema.applied).toBe(migrations.at(-1)?.version);
  });

  it('a batch of the previous release survives the migration of the next one', async () => {
    const gate = Promise.withResolvers<void>();
    const app = await open(previous, gate.promise);
    await app.start();
    const { id } = await app.batches.start('orders');
    const before = await (await connect({ connectStore })).inspect();

    const newer = await connect({ connectStore });
    await newer.migrate();
    gate.resolve();

    await expectWhole(app, id);
    expect(before.schema).toMatchObject({ applied: previous.migrations.at(-1)?.version });
    expect((await newer.inspect()).schema.fits).toBe(true);
  });

  it('this release finds that the schema of the previous one does not fit yet, and migrates before it works', async () => {
    const older = await open(previous);
    await older.start();
    await expectWhole(older, (await older.batches.start('orders')).id);
    const store = await connect({ connectStore });
    const { schema } = await store.inspect();

    const app = await open({ openMillrace });
    await app.start();

    await expectWhole(app, (await app.batches.start('orders')).id);
    const isOlder = (previous.migrations.at(-1)?.version ?? 0) < (migrations.at(-1)?.version ?? 0);
    expect(schema.fits).toBe(!isOlder);
    expect((await store.inspect()).schema.fits).toBe(true);
  });
});
