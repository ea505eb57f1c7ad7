/** Restarts of the PostgreSQL behind the Data API server. */
import {
  BeginTransactionCommand,
  ExecuteStatementCommand,
  type RDSDataClient,
} from '@aws-sdk/client-rds-data';
import { describe, expect, it } from 'vitest';
import { startDataApiServer } from '../../../rehearsal/data-api-server/server.ts';
import { dataApiClient } from '../../support/data-api.ts';
import { startOwnPostgres } from '../../support/postgres.ts';
import { hasPostgres } from '../../support/test-database.ts';

describe.skipIf(!hasPostgres)('a restart of the PostgreSQL behind the Data API server', () => {
  it('a restart makes the database unavailable, ends transactions, and is survived', async () => {
    const postgres = await startOwnPostgres();
    if (postgres === null) throw new Error('there are no binaries of PostgreSQL');
    const server = await startDataApiServer({ postgresUrl: postgres.url });
    const client: RDSDataClient = dataApiClient(server);
    const { clusterArn: resourceArn, secretArn, database } = server;
    const target = { resourceArn, secretArn, database };
    const execute = (sql: string, transactionId?: string) =>
      client.send(new ExecuteStatementCommand({ ...target, sql, transactionId }));
    const { transactionId } = await client.send(new BeginTransactionCommand(target));
    await Promise.all(['a', 'b', 'c'].map((name) => execute(`SELECT '${name}'`)));

    await postgres.restart(async () => {
      await expect(execute('SELECT 1')).rejects.toMatchObject({
        name: 'DatabaseUnavailableException',
        $metadata: { httpStatusCode: 504 },
      });
    });

    await expect(execute('SELECT 1', transactionId)).rejects.toMatchObject({
      name: 'DatabaseUnavailableException',
    });
    await expect(execute('SELECT 1', transactionId)).rejects.toMatchObject({
      name: 'TransactionNotFoundException',
    });
    expect((await execute('SELECT 1')).records).toEqual([[{ longValue: 1 }]]);
    client.destroy();
    await server.close();
    await postgres.stop();
  });
});
