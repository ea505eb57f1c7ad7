/** Migrations that take longer than a call of the Data API may. */
import { expect, it, onTestFinished } from 'vitest';
import { RdsDataSqlClient } from '../../../lib/drivers/rds-data/rds-data-client.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { hasCode } from '../../../lib/errors.ts';
import { hasPostgres } from '../../support/test-database.ts';
import { startDataApi, toClientOptions } from './data-api.ts';

it.skipIf(!hasPostgres)(
  'a migration that outlasts its call goes on, and a repetition waits for it instead of running twice',
  async () => {
    const api = await startDataApi({ limits: { statementMs: 150 } });
    onTestFinished(api.close);
    const client = new RdsDataSqlClient({ ...toClientOptions(api.server), clock: systemClock });
    onTestFinished(() => client.close());
    await client.transaction([
      'CREATE TABLE steps (version int PRIMARY KEY)',
      'CREATE TABLE built (id int)',
    ]);
    const step = ['INSERT INTO steps VALUES (1)', 'INSERT INTO built SELECT 1 FROM pg_sleep(0.4)'];

    const failures: unknown[] = [];
    while (failures.length < 20) {
      const failure: unknown = await client.transaction(step).catch((error: unknown) => error);
      failures.push(failure);
      if (!hasCode(failure, 'STORE_UNAVAILABLE')) break;
    }

    expect(failures[0]).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(failures.at(-1)).toMatchObject({ fields: { sqlState: '23505' } });
    expect(await api.database.query('SELECT id FROM built')).toEqual([{ id: 1 }]);
  },
);
