import { assert } from '../../errors.ts';
import type { StoreFacts } from '../../ports/store/store.ts';
import { readSchemaVersions } from './migrate.ts';
import type { SqlSession } from './sql-session.ts';
import { describeServer } from './statements/server/describe-server.ts';

interface ServerRow {
  readonly version: string;
  readonly now: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
}

/**
 * Reads a PostgreSQL server's version, clock and schema version, and warns about settings that can
 * lose written data. Changes nothing.
 * @throws the client's error when the server does not respond
 */
export async function inspectServer(session: SqlSession): Promise<StoreFacts> {
  const [row] = await session.call<ServerRow>(describeServer);
  assert(row !== undefined, 'a statement without a condition returns one row');
  const schema = await readSchemaVersions(session.client);
  return { version: row.version, schema, now: row.now, warnings: listWarnings(row) };
}

function listWarnings({ fsync, fullPageWrites, synchronousCommit }: ServerRow): string[] {
  const warnings: string[] = [];
  if (fsync === 'off') {
    warnings.push('fsync is off: a crash of the machine may destroy the database; turn it on');
  }
  if (fullPageWrites === 'off') {
    warnings.push('full_page_writes is off: a crash may leave torn pages; turn it on');
  }
  if (synchronousCommit === 'off') {
    warnings.push(
      'synchronous_commit is off: a crash of the server loses what was committed last; turn it on',
    );
  }
  return warnings;
}
