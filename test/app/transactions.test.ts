/** Executions and tasks that are recorded in a transaction of the caller, on a real PostgreSQL. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import { openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';

const config = {
  machines: {
    order: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } },
  },
  tasks: { report: () => 'done' },
} as const;

describe.skipIf(!hasPostgres)('enqueueing in a transaction of the caller', () => {
  let database: TestDatabase;
  let app: Millrace;

  beforeAll(async () => {
    if (!hasPostgres) return;
    database = await createTestDatabase();
    app = await openMillrace({
      config,
      flags: { postgresUrl: database.url, broker: 'memory' },
      logger: new QuietLogger(),
    });
    await database.query('CREATE TABLE shop_orders (id integer PRIMARY KEY)');
  });

  afterAll(async () => {
    await app?.close();
    await database?.drop();
  });

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('BEGIN');
    return client;
  }

  const rows = () =>
    database.query<{ name: string; sent: boolean }>(
      'SELECT name, sent_at IS NOT NULL AS sent FROM millrace.executions ORDER BY name',
    );

  it('a transaction that is rolled back leaves no order, no execution, no task and no label', async () => {
    const client = await connect();
    await client.query('INSERT INTO shop_orders VALUES (1)');
    const labels = { order: 1 };
    await app.executions.start({ machineId: 'order', name: 'lost', labels, client });
    await app.tasks.enqueue({ type: 'report', name: 'lost-report', labels, client });
    await app.queueClient().enqueueTasks('report', [1, 2], { client });

    await client.query('ROLLBACK');

    expect(await rows()).toEqual([]);
    expect(await database.query('SELECT 1 FROM millrace.execution_labels')).toEqual([]);
    expect(await database.query('SELECT 1 FROM shop_orders')).toEqual([]);
  });

  it('an execution is there when its transaction is committed, unsent, and the sweeper sends it', async () => {
    const client = await connect();
    await client.query('INSERT INTO shop_orders VALUES (2)');
    const { executionId, created } = await app.executions.start({
      machineId: 'order',
      name: 'kept',
      input: { id: 2 },
      labels: { order: 2 },
      client,
    });
    const again = await app.executions.start({
      machineId: 'order',
      name: 'kept',
      input: { id: 2 },
      client,
    });

    expect(created).toBe(true);
    expect(again).toEqual({ executionId, name: 'kept', created: false });
    const other = app.executions.start({ machineId: 'order', name: 'kept', input: {}, client });
    await expect(other).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    expect(await rows()).toEqual([]);
    await client.query('COMMIT');
    expect(await rows()).toEqual([{ name: 'kept', sent: false }]);

    await app.start();
    await app.executions.wait(executionId);
    await app.stop();
    expect(await app.executions.get(executionId)).toMatchObject({
      status: 'SUCCEEDED',
      labels: { order: '2' },
    });
  });

  it('a refused argument leaves the transaction usable', async () => {
    const client = await connect();
    const bad = app.executions.start({ machineId: 'order', name: ' ', client });
    await expect(bad).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

    await client.query('INSERT INTO shop_orders VALUES (3)');
    await client.query('COMMIT');

    expect(await database.query('SELECT id FROM shop_orders WHERE id = 3')).toEqual([{ id: 3 }]);
  });

  it('a statement in a failed transaction fails as such, and is not repeated', async () => {
    const client = await connect();
    await expect(client.query('SELECT 1/0')).rejects.toThrow();

    const start = app.executions.start({ machineId: 'order', client });

    await expect(start).rejects.toMatchObject({
      code: 'STORE_FAILED',
      fields: { sqlState: '25P02' },
    });
    await client.query('ROLLBACK');
  });

  it('a store without a database of the caller, and what is no client, are refused', async () => {
    const memory = await openApp(config);
    const query = async () => ({ rows: [] });

    await expect(
      memory.executions.start({ machineId: 'order', client: { query } }),
    ).rejects.toThrow('only the store postgres has one');
    await expect(app.executions.start({ machineId: 'order', client: {} as never })).rejects.toThrow(
      'client must have the function query(text, values)',
    );
  });
});
