/** A fleet that runs the batch of misbehaving handlers on its own database and Redis. */
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import type { Query } from '../support/check-store.ts';
import { startRedis } from '../support/redis-server.ts';
import type { Variables } from './cli-process.ts';
import { Fleet } from './fleet.ts';
import { createPostgresDatabase } from './process-database.ts';

const config = fileURLToPath(new URL('apps/faults/millrace.config.ts', import.meta.url));

/** One item: how its handler behaves, and for how long, in milliseconds. */
export interface FaultItem {
  readonly kind: 'plain' | 'poison' | 'stray' | 'late' | 'block' | 'odd';
  readonly ms: number;
}

/** An execution as it ended. */
export interface EndedExecution {
  readonly kind: FaultItem['kind'];
  readonly status: string;
  readonly error: string | null;
  readonly cause: string | null;
  readonly stalls: number;
  readonly attempts: number;
}

/** A fleet with its database. */
export interface FaultsFleet {
  readonly fleet: Fleet;
  readonly query: Query;
  /** Returns the executions of the batch. */
  listExecutions(): Promise<EndedExecution[]>;
  /** Returns all violated invariants of the database; to be called when the batch has ended. */
  findFaults(): Promise<string[]>;
}

/** Creates a fleet without processes. */
export async function createFaultsFleet(
  context: TestContext,
  items: readonly FaultItem[],
  variables: Variables = {},
): Promise<FaultsFleet> {
  const database = await createPostgresDatabase(context);
  const redis = await startRedis();
  context.onTestFinished(() => redis.stop());
  const { query, findFaults } = database;
  const fleet = new Fleet({
    context,
    options: ['--config', config, ...database.options, '--redis', redis.url],
    query,
    variables: { LOG_LEVEL: 'info', ITEMS: JSON.stringify(items), ...variables },
  });
  const listExecutions = () =>
    query<EndedExecution>(`
      SELECT CAST(input AS json)->>'kind' AS kind, status, error, cause, stalls, attempts
      FROM millrace.executions ORDER BY batch_index`);
  return { fleet, query, listExecutions, findFaults };
}

/** Returns `count` items whose handlers work for `ms` milliseconds and succeed. */
export function plainItems(count: number, ms: number): FaultItem[] {
  return Array.from({ length: count }, () => ({ kind: 'plain', ms }));
}
