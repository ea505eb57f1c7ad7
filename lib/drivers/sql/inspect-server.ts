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
  readonly isReplica: boolean;
  readonly readOnly: string;
  readonly connections: number;
  readonly connectionsMax: number;
}

/** Part of the connections from which they count as nearly used up. */
const nearlyUsedUp = 0.9;

/**
 * Reads a PostgreSQL server's version, clock and schema version, and warns about settings that can
 * lose written data. Changes nothing.
 * @throws the client's error when the server does not respond
 */
export async function inspectServer(session: SqlSession): Promise<StoreFacts> {
  const [row] = await session.call<ServerRow>(describeServer);
  assert(row !== undefined, 'a statement without a condition returns one row');
  const schema = await readSchemaVersions(session.client);
  const ofConnections = (await session.client.inspectConnections?.()) ?? [];
  return {
    version: row.version,
    schema,
    now: row.now,
    warnings: listWarnings(row),
    refusals: listRefusals(row),
    advice: [...ofConnections, ...adviseOnConnections(row)],
  };
}

function listRefusals({ isReplica, readOnly }: ServerRow): string[] {
  if (isReplica) {
    return [
      'it is a replica and takes no writes: connect to the primary, by a name that follows it',
    ];
  }
  if (readOnly !== 'on') return [];
  return ['it is read-only: see default_transaction_read_only, and whether its disk is full'];
}

function adviseOnConnections({ connections, connectionsMax }: ServerRow): string[] {
  if (connections < connectionsMax * nearlyUsedUp) return [];
  return [
    `${connections} of ${connectionsMax} connections are used: lower POSTGRES_POOL_SIZE or the ` +
      'number of processes, raise max_connections, or put a pooler in front',
  ];
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
