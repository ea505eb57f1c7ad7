/** A PostgreSQL that restarts while a batch runs on it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, type Query } from '../support/check-store.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { documentOf, startCli, sumsConfig } from './cli-process.ts';

const items = 2_000;

let server: OwnPostgres | null = null;

beforeAll(async () => {
  server = await startOwnPostgres();
}, 60_000);

afterAll(() => server?.stop());

/** Asks on a connection of its own, which no restart of the server has cut. */
function queryAt(url: string): Query {
  return async <Row extends object>(text: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<Row>(text);
      return rows;
    } finally {
      await client.end();
    }
  };
}

describe.skipIf(!hasPostgres)('a database that restarts in mid-batch', () => {
  it('costs the batch time and nothing else', { timeout: 60_000 }, async ({ skip }) => {
    if (server === null) return skip('there are no binaries to start a PostgreSQL of its own from');
    const words = ['batch', 'start', 'sums', '--config', sumsConfig, '--json'];
    const run = startCli([...words, '--postgres', server.url], {
      ITEMS: String(items),
      LEASE_SECONDS: '10',
      LOG_LEVEL: 'warn',
    });
    await run.saysOnStderr(/^sums: .*\/s$/);

    await server.restart(() => run.saysOnStderr(/ did not answer at .*|terminat/, 3));

    const ended = await run.ended;
    expect(ended).toMatchObject({ status: 0, signal: null });
    expect(documentOf(ended)).toMatchObject(expectedSums(items));
    expect(await faultsOf(queryAt(server.url))).toEqual([]);
  });
});
