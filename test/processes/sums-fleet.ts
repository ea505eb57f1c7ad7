/** A fleet on the batch of the test app, with a database and a Redis that nobody else uses. */
import { onTestFinished } from 'vitest';
import { faultsOf, type Query } from '../support/check-store.ts';
import { type RedisServer, type RedisServerOptions, startRedis } from '../support/redis-server.ts';
import { sumsConfig } from './cli-process.ts';
import { postgresHome } from './data-home.ts';
import { Fleet } from './fleet.ts';

/** See this file's head. */
export interface SumsFleet {
  readonly fleet: Fleet;
  readonly redis: RedisServer;
  readonly query: Query;
  /** Everything that is wrong in the database once the batch is over. */
  faults(): Promise<string[]>;
}

/** Options of {@link startSumsFleet}. */
export interface SumsFleetOptions {
  readonly redis?: RedisServerOptions;
  /** @default a database on the PostgreSQL of the suite */
  readonly home?: { readonly words: readonly string[]; readonly query: Query };
}

/** With nobody in it yet; `settings` shape the test app. */
export async function startSumsFleet(
  settings: Readonly<Record<string, string>>,
  options: SumsFleetOptions = {},
): Promise<SumsFleet> {
  const home = options.home ?? (await postgresHome());
  const redis = await startRedis(options.redis);
  onTestFinished(() => redis.stop());
  const { query } = home;
  const fleet = new Fleet({
    words: ['--config', sumsConfig, ...home.words, '--redis', redis.url],
    query,
    settings: { LOG_LEVEL: 'warn', ...settings },
  });
  return { fleet, redis, query, faults: () => faultsOf(query) };
}
