/** Transactions: isolation, ends, and batches. */
import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DataApi, startDataApi } from '../../support/data-api.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { hasPostgres } from '../../support/test-database.ts';

const minute = 60_000;

describe.skipIf(!hasPostgres)('transactions of the Data API server', () => {
  const clock = new SimulatedClock();
  let api: DataApi;

  beforeAll(async () => {
    api = await startDataApi({ clock });
    await api.execute('CREATE TABLE account (id int PRIMARY KEY)');
  });
  beforeEach(() => api.execute('DELETE FROM account'));
  afterAll(() => api.close());

  async function begin(): Promise<string> {
    const { transactionId } = await api.client.send(new BeginTransactionCommand(api.target));
    if (transactionId === undefined) throw new Error('there is no transaction id');
    return transactionId;
  }

  const target = () => ({ resourceArn: api.target.resourceArn, secretArn: api.target.secretArn });
  const commit = (transactionId: string) =>
    api.client.send(new CommitTransactionCommand({ ...target(), transactionId }));
  const rollback = (transactionId: string) =>
    api.client.send(new RollbackTransactionCommand({ ...target(), transactionId }));
  const insert = (id: number, transactionId: string) =>
    api.execute(`INSERT INTO account VALUES (${id})`, [], { transactionId });
  const count = async () => (await api.execute('SELECT count(*) FROM account')).records?.[0]?.[0];

  /** Resolves when a statement waits for another transaction. */
  async function untilWaiting(): Promise<void> {
    for (let isWaiting = false; !isWaiting; ) {
      const rows = await api.database.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      isWaiting = rows.length > 0;
    }
  }

  it('the writes of a transaction are visible after its commit', async () => {
    const id = await begin();
    await insert(1, id);

    expect(await count()).toEqual({ longValue: 0 });
    expect(await commit(id)).toMatchObject({ transactionStatus: 'Transaction Committed' });
    expect(await count()).toEqual({ longValue: 1 });
    expect(api.server.openTransactions).toBe(0);
  });

  it('a rolled back transaction leaves no writes', async () => {
    const id = await begin();
    await insert(1, id);

    expect(await rollback(id)).toMatchObject({ transactionStatus: 'Rollback Complete' });
    expect(await count()).toEqual({ longValue: 0 });
  });

  it.each([
    ['was committed', commit],
    ['was rolled back', rollback],
  ])('a transaction is not found when it %s', async (_, end) => {
    const id = await begin();
    await end(id);

    await expect(insert(1, id)).rejects.toMatchObject({
      name: 'TransactionNotFoundException',
      message: `Transaction ${id} is not found. One previous call resulted in a termination of your transaction.`,
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('a transaction that was never begun is not found', async () => {
    await expect(commit('made up')).rejects.toMatchObject({
      name: 'TransactionNotFoundException',
      message: 'Transaction made up is not found. Transaction may be expired.',
    });
  });

  it('a failed call aborts its transaction', async () => {
    const id = await begin();
    await insert(1, id);
    await expect(insert(1, id)).rejects.toMatchObject({
      message:
        'ERROR: duplicate key value violates unique constraint "account_pkey"; SQLState: 23505',
    });

    await expect(commit(id)).rejects.toMatchObject({
      name: 'TransactionNotFoundException',
      message: expect.stringContaining('aborted due to an error from a previous call'),
    });
    expect(await count()).toEqual({ longValue: 0 });
  });

  it('a transaction expires three minutes after its last call', async () => {
    const id = await begin();
    await clock.advance(3 * minute - 1);
    await insert(1, id);
    await clock.advance(3 * minute - 1);
    await insert(2, id);

    await clock.advance(3 * minute);

    await expect(commit(id)).rejects.toMatchObject({
      name: 'TransactionNotFoundException',
      message: expect.stringContaining('may be expired'),
    });
    expect(await count()).toEqual({ longValue: 0 });
  });

  it('a busy transaction expires after a day', async () => {
    const id = await begin();
    for (let minutes = 0; minutes < 24 * 60; minutes += 2) {
      await clock.advance(2 * minute);
      if (minutes < 24 * 60 - 2) await api.execute('SELECT 1', [], { transactionId: id });
    }

    await expect(commit(id)).rejects.toMatchObject({ name: 'TransactionNotFoundException' });
  });

  it('a transaction runs one statement at a time', async () => {
    const [first, second] = [await begin(), await begin()];
    await insert(1, first);
    const waiting = insert(1, second);
    await untilWaiting();

    await expect(insert(2, second)).rejects.toMatchObject({
      name: 'DatabaseErrorException',
      message: 'Transaction is still running a query',
    });
    await rollback(first);
    await waiting;
    await commit(second);
    expect(await count()).toEqual({ longValue: 1 });
  });

  it('a COMMIT statement ends its transaction', async () => {
    const id = await begin();
    await api.execute('COMMIT', [], { transactionId: id });

    await expect(insert(1, id)).rejects.toMatchObject({ name: 'TransactionNotFoundException' });
  });

  it('settings and open transactions do not leak into later calls', async () => {
    const id = await begin();
    await api.execute("SET statement_timeout = '7s'", [], { transactionId: id });
    await commit(id);
    await api.execute("SET statement_timeout = '8s'");
    await api.execute('BEGIN');

    for (let calls = 0; calls < 5; calls += 1) {
      const { records } = await api.execute("SELECT current_setting('statement_timeout')");
      expect(records).toEqual([[{ stringValue: '0' }]]);
    }
  });

  describe('a batch', () => {
    const batch = (ids: number[], transactionId?: string) =>
      api.client.send(
        new BatchExecuteStatementCommand({
          ...api.target,
          sql: 'INSERT INTO account VALUES (:id) RETURNING id',
          parameterSets: ids.map((id) => [{ name: 'id', value: { longValue: id } }]),
          ...(transactionId !== undefined && { transactionId }),
        }),
      );

    it('a batch runs its statement for each parameter set, and returns no records', async () => {
      const id = await begin();

      expect((await batch([1, 2], id)).updateResults).toEqual([
        { generatedFields: [] },
        { generatedFields: [] },
      ]);
      await commit(id);
      expect(await count()).toEqual({ longValue: 2 });
    });

    it('a batch outside of a transaction keeps the writes before the set that fails', async () => {
      await expect(batch([1, 2, 1, 3])).rejects.toMatchObject({ name: 'DatabaseErrorException' });

      expect(await count()).toEqual({ longValue: 2 });
    });

    it('a batch without parameter sets is refused', async () => {
      await expect(batch([])).rejects.toMatchObject({ name: 'ValidationException' });
    });
  });
});
