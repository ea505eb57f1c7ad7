/** The orders app on a PostgreSQL and a Redis of its own, emptied before each test. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { truncateAll } from '../support/truncate-all.ts';
import { type CallOptions, call, removeFolder } from './cli-call.ts';
import { ordersApp } from './orders-app.ts';

/** The app of a suite; to be used only in its tests. */
export interface RedisApp {
  readonly database: TestDatabase;
  readonly redis: RedisServer;
  /** Calls the CLI with the PostgreSQL and the Redis. */
  millrace(words: readonly string[], options?: CallOptions): ReturnType<typeof call>;
}

/** Starts the app before the tests of the calling suite, and stops it after them. */
export function useRedisApp(): RedisApp {
  let folder = '';
  let database: TestDatabase;
  let redis: RedisServer;
  const millrace: RedisApp['millrace'] = (words, options = {}) => {
    const shared = ['--postgres', database.url, '--redis', redis.url];
    return call([...words, ...shared], { folder, ...options });
  };

  beforeAll(async () => {
    folder = ordersApp();
    [database, redis] = await Promise.all([createTestDatabase(), startRedis({ appendonly: true })]);
    await millrace(['batch', 'list']);
  });
  beforeEach(async () => {
    await database.query(truncateAll);
    await redis.command('FLUSHALL');
  });
  afterAll(async () => {
    removeFolder(folder);
    await Promise.all([database?.drop(), redis?.stop()]);
  });

  return {
    millrace,
    get database() {
      return database;
    },
    get redis() {
      return redis;
    },
  };
}
