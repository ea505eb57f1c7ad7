/**
 * Millrace's queue on Redis beside BullMQ on the same Redis: how fast tasks come and go, how soon
 * they begin, what waiting costs; then whole batches over Redis and PostgreSQL with a leader and
 * workers as processes of their own.
 */
import type { Figure, Measurement } from '../measurement.ts';
import { startBenchRedis } from '../redis.ts';
import { measureDurable } from './queue-durable.ts';
import { measureIdle } from './queue-idle.ts';
import { measureLatency } from './queue-latency.ts';
import { measureMillion } from './queue-million.ts';
import { measureThroughput } from './queue-throughput.ts';

/** See this file's head. */
export const queue: Measurement = {
  name: 'queue',
  about: 'tasks through Redis beside BullMQ, and whole batches with a leader and two workers',

  async measure(bench) {
    const redis = await startBenchRedis();
    try {
      const figures: Figure[] = [];
      for (const measure of parts) figures.push(...(await measure(bench, redis)));
      return figures;
    } finally {
      await redis.stop();
    }
  },
};

const parts = [
  measureThroughput,
  measureLatency,
  measureIdle,
  measureDurable,
  measureMillion,
] as const;
