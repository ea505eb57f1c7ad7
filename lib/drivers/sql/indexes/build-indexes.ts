/** Builds the indexes of large tables without blocking the programs that write to them. */
import { hasCode } from '../../../errors.ts';
import type { LargeIndex } from '../migration.ts';
import type { SqlClient } from '../sql-client.ts';
import { type IndexState, selectIndexStates } from '../statements/server/select-index-states.ts';

/** The SQLSTATE of a role that does not own a table, and so builds no index. */
const notOwner = '42501';

/** The SQLSTATE of a lock that another session has: it builds the index. */
const lockTaken = '55P03';

/** Returns the statement that creates an index. */
export function createIndex({ name, table, keys }: LargeIndex, how = ''): string {
  return `CREATE INDEX ${how}IF NOT EXISTS ${name} ON millrace.${table} ${keys}`;
}

/**
 * Builds the indexes that are missing, and repeats builds that were interrupted: PostgreSQL leaves
 * an invalid index behind, which is dropped first. Programs work without them, so a build that
 * another session has begun, or that goes on after its call, is not waited for. A role that does
 * not own the tables leaves the work to their owner.
 */
export async function buildIndexes(
  client: SqlClient,
  indexes: readonly LargeIndex[],
): Promise<void> {
  if (indexes.length === 0) return;
  const states = await readStates(client, indexes);
  const open = indexes.filter(({ name }) => !isUnderWay(states.get(name)));
  try {
    for (const index of open) await rebuild(client, index, states.get(index.name));
  } catch (error) {
    if (!hasState(error, notOwner)) throw error;
  }
}

async function rebuild(
  client: SqlClient,
  index: LargeIndex,
  state: IndexState | undefined,
): Promise<void> {
  try {
    if (state?.exists === true) await dropInvalid(client, index);
    await build(client, index);
  } catch (error) {
    if (hasState(error, lockTaken)) return;
    // Some calls fail, or time out, whose build succeeds.
    const now = (await readStates(client, [index])).get(index.name);
    if (!isUnderWay(now)) throw error;
  }
}

async function build(client: SqlClient, index: LargeIndex): Promise<void> {
  if (client.outsideTransaction === undefined) await client.transaction([createIndex(index)]);
  else await client.outsideTransaction(createIndex(index, 'CONCURRENTLY '));
}

/**
 * Drops an index unless it has become valid meanwhile. The lock is the one that a build has until
 * its end, so that no running build is dropped.
 */
async function dropInvalid(client: SqlClient, { name, table }: LargeIndex): Promise<void> {
  await client.transaction([
    `LOCK TABLE millrace.${table} IN SHARE UPDATE EXCLUSIVE MODE NOWAIT`,
    `DO $drop$ BEGIN
      IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('millrace.${name}')
        AND NOT (indisvalid AND indisready))
      THEN DROP INDEX millrace.${name}; END IF;
    END $drop$`,
  ]);
}

async function readStates(
  client: SqlClient,
  indexes: readonly LargeIndex[],
): Promise<ReadonlyMap<string, IndexState>> {
  const names = indexes.map(({ name }) => name);
  const states = await client.call<IndexState>(selectIndexStates, { names });
  return new Map(states.map((state) => [state.name, state]));
}

function isUnderWay(state: IndexState | undefined): boolean {
  return state !== undefined && (state.isValid || state.isBuilding);
}

function hasState(error: unknown, sqlState: string): boolean {
  return hasCode(error) && error.fields.sqlState === sqlState;
}
