/** Executions by the thousand, as a database has them after a long day. */
import type { TestDatabase } from '../../support/test-database.ts';

/** One in so many executions has failed. */
const failedOneIn = 1_000;

/**
 * Inserts executions of the machine `order` that ended one after the other within the last hour:
 * `N-000000` is the oldest. @param note what the input of one of them has as its note
 */
export async function insertExecutions(
  database: TestDatabase,
  count: number,
  notes: Readonly<Record<number, string>> = {},
): Promise<void> {
  const statement = `
    INSERT INTO millrace.executions (id, machine_id, machine_version, name, queue, status,
      retries_max, created_at, started_at, ended_at, error, failed_state, failed_as, input, output)
    SELECT ('0199' || lpad(to_hex(n), 8, '0') || '70008000000000000000')::uuid, 'order', 1,
      'N-' || lpad(n::text, 6, '0'), 'default',
      CASE WHEN has_failed THEN 'FAILED' ELSE 'SUCCEEDED' END, 0, at, at, at + 500,
      CASE WHEN has_failed THEN 'CardDeclined' END, CASE WHEN has_failed THEN 'Charge' END,
      CASE WHEN has_failed THEN 'FAILED' END,
      json_build_object('id', n, 'note', $2::json ->> n::text)::text,
      CASE WHEN has_failed THEN NULL ELSE '{}' END
    FROM generate_series(0, $1::int - 1) AS n,
      LATERAL (SELECT n % ${failedOneIn} = 0 AS has_failed,
        (extract(epoch FROM now()) * 1000)::bigint - 3600000 + n AS at) AS each`;
  await database.query(statement, [count, JSON.stringify(notes)]);
}
