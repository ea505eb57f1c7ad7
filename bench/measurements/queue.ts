import { startBenchRedis } from '../bench-redis.ts';
import type { Figure, Measurement } from '../measurement.ts';
import { measureDurable } from './queue-durable.ts';
import { measureIdle } from './queue-idle.ts';
import { measureLatency } from './queue-latency.ts';
import { measureMillion } from './queue-million.ts';
import { measureThroughput } from './queue-throughput.ts';

/**
 * Measures Millrace's queue beside BullMQ on the same Redis: throughput, latency and the cost of
 * idle workers; then whole batches over Redis and PostgreSQL with a leader and workers in separate
 * processes.
 */
export const queue: Measurement = {
  name: 'queue',
  about: 'tasks through Redis beside BullMQ, and whole batches with a leader and two workers',

  async measure(bench) {
    const redis = await startBenchRedis();
    try {
      const figures: Figure[] = [];
      for (const measure of measurements) figures.push(...(await measure(bench, redis)));
      return figures;
    } finally {
      await redis.stop();
    }
  },
};

const measurements = [
  measureThroughput,
  measureLatency,
  measureIdle,
  measureDurable,
  measureMillion,
] as const;
