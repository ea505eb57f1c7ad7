/** What a PostgreSQL says of itself, and which of its settings put at risk what was written. */
import { assert } from '../../errors.ts';
import type { StoreFacts } from '../../ports/store.ts';
import { schemaVersions } from './migrate.ts';
import type { SqlSession } from './sql-session.ts';
import { describeServer } from './statements/server/describe-server.ts';

interface ServerRow {
  readonly version: string;
  readonly now: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
}

/** Reads only. @throws what the client throws when the server does not answer */
export async function inspectServer(session: SqlSession): Promise<StoreFacts> {
  const [row] = await session.call<ServerRow>(describeServer);
  assert(row !== undefined, 'a statement without a condition answers one row');
  const schema = await schemaVersions(session.client);
  return { version: row.version, schema, now: row.now, warnings: warningsOf(row) };
}

function warningsOf({ fsync, fullPageWrites, synchronousCommit }: ServerRow): string[] {
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
