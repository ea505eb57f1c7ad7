/** The checker of databases, against databases with each kind of fault. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHistory } from '../../lib/engine/history/decode-history.ts';
import { openMillrace } from '../../lib/index.ts';
import { findStoreFaults } from '../support/check-store.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/test-database.ts';

const definition = {
  StartAt: 'A',
  States: { A: { Type: 'Task', Resource: 'a', End: true } },
};

/** Runs a batch of four, of which one fails, without any fault. */
async function runBatch(url: string): Promise<void> {
  const app = await openMillrace({
    config: {
      machines: { m: { definition, nonRetryableErrors: ['Bad'] } },
      handlers: {
        a: (input: number) => {
          if (input === 2) throw Object.assign(new Error('two'), { name: 'Bad' });
        },
      },
    },
    flags: { postgresUrl: url, store: 'postgres' },
    logger: new QuietLogger(),
  });
  await app.machine('m').executeBatch({ source: { kind: 'items', items: [0, 1, 2, 3] } });
  await app.close();
}

/** Violations of an invariant, and the fault that must be found. */
const violations = [
  ['an open execution', `SET ended_at = NULL, status = 'RUNNING'`, /is still RUNNING/],
  ['a lost item', 'SET batch_index = 9', /the items of .* are 4, from 0 to 9/],
  ['a wrong counter', `SET status = 'ABORTED'`, /the counters of .* say/],
  ['a history of another end', `SET status = 'FAILED'`, /its last event is ExecutionSucceeded/],
  ['a failure out of the archive', `SET status = 'TIMED_OUT'`, /is not in the archive/],
] as const;

interface HistoryRow {
  readonly id: string;
  readonly first: number;
  readonly events: string;
}

const selectHistory = `SELECT execution_id::text AS id, first_event_id AS first, events
  FROM millrace.history`;

describe.skipIf(!hasPostgres)('findStoreFaults', () => {
  let database: TestDatabase;
  const query = <Row extends object>(text: string) => database.query<Row>(text);

  beforeAll(async () => {
    database = await createTestDatabase();
    await runBatch(database.url);
  });

  afterAll(() => database.drop());

  it('a database without faults passes the check', async () => {
    expect(await findStoreFaults(query)).toEqual([]);
  });

  it.each(violations)('the check reports %s', async (_, change, fault) => {
    await query('CREATE TABLE kept AS SELECT * FROM millrace.executions WHERE batch_index = 1');
    await query(`UPDATE millrace.executions ${change} WHERE batch_index = 1`);

    const faults = await findStoreFaults(query);

    await query('DELETE FROM millrace.executions WHERE id = (SELECT id FROM kept)');
    await query('INSERT INTO millrace.executions SELECT * FROM kept');
    await query('DROP TABLE kept');
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
  });

  it.each([
    ['a gap', '"id":1,', '"id":77,', /event \d+ has the id 77/],
    ['a second end', 'TaskStateEntered', 'ExecutionFailed', /2 end events/],
  ])('the check reports %s in a history', async (_, found, change, fault) => {
    await query('CREATE TABLE kept AS SELECT * FROM millrace.history');
    for (const { id, first, events } of await query<HistoryRow>(selectHistory)) {
      const changed = JSON.stringify(decodeHistory(events)).replace(found, change);
      await query(`UPDATE millrace.history SET events = $changed$${changed}$changed$
        WHERE execution_id = '${id}' AND first_event_id = ${first}`);
    }

    const faults = await findStoreFaults(query);

    await query('TRUNCATE millrace.history');
    await query('INSERT INTO millrace.history SELECT * FROM kept');
    await query('DROP TABLE kept');
    expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
  });
});
