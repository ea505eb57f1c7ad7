/** A fleet that runs the batch of the test app on its own database and Redis. */
import type { TestContext } from 'vitest';
import type { Query } from '../support/check-store.ts';
import { type RedisServer, type RedisServerOptions, startRedis } from '../support/redis-server.ts';
import { sumsConfig, type Variables } from './cli-process.ts';
import { Fleet } from './fleet.ts';
import { createPostgresDatabase, type PostgresDatabase } from './process-database.ts';

/** A fleet with its services. */
export interface SumsFleet {
  readonly fleet: Fleet;
  readonly redis: RedisServer;
  readonly query: Query;
  /** Returns all violated invariants of the database; to be called when the batch has ended. */
  findFaults(): Promise<string[]>;
}

/** Options of {@link createSumsFleet}. */
export interface SumsFleetOptions {
  readonly redis?: RedisServerOptions;
  /** @default a database on the PostgreSQL of the suite */
  readonly database?: PostgresDatabase;
  /** Returns the address of Redis for the processes. @default the server's own */
  readonly redisUrl?: (server: RedisServer) => string | Promise<string>;
}

/** Creates a fleet without processes. @param variables configure the test app */
export async function createSumsFleet(
  context: TestContext,
  variables: Variables,
  options: SumsFleetOptions = {},
): Promise<SumsFleet> {
  const database = options.database ?? (await createPostgresDatabase(context));
  const redis = await startRedis(options.redis);
  context.onTestFinished(() => redis.stop());
  const redisUrl = (await options.redisUrl?.(redis)) ?? redis.url;
  const { query, findFaults } = database;
  const fleet = new Fleet({
    context,
    options: ['--config', sumsConfig, ...database.options, '--redis', redisUrl],
    query,
    variables: { LOG_LEVEL: 'warn', ...variables },
  });
  return { fleet, redis, query, findFaults };
}
