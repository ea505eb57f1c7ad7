/**
 * Measures the API of the dashboard on a database with millions of executions while a batch runs:
 * how long every list, count and series takes, and what two open pages cost the worker.
 */
import { startBenchRedis } from '../bench-redis.ts';
import { fillStore } from '../dashboard/fill-store.ts';
import { measureFilled } from '../dashboard/measure-filled.ts';
import type { Measurement } from '../measurement.ts';

/** Measures requests, and what they cost. */
export const dashboard: Measurement = {
  name: 'dashboard',
  about: 'every request of the dashboard with millions of executions, while a batch runs',
  isLong: true,

  async measure(bench) {
    const rows = bench.rows ?? (bench.quick ? 20_000 : 10_000_000);
    const database = await bench.databases.createDatabase();
    const redis = await startBenchRedis();
    try {
      const { folder, log } = bench;
      const counts = await fillStore({ url: database.url, rows, folder, log });
      const often = bench.quick ? { rounds: 2, pairs: 1 } : { rounds: 40, pairs: 6 };
      return await measureFilled(bench, { url: database.url, redis, counts }, often);
    } finally {
      await redis.stop();
      await database.drop();
    }
  },
};
