/** How many items of a batch are recorded next. */
import { describe, expect, it } from 'vitest';
import { batchDefaults, parseBatchOptions } from '../../lib/batch/batch-options.ts';
import { planChunk, planLocalChunk } from '../../lib/batch/chunks.ts';
import fc from '../support/properties.ts';

const counters = (created: number, ended: number) => ({
  created,
  succeeded: ended,
  failed: 0,
  timedOut: 0,
  aborted: 0,
});

describe('planChunk', () => {
  it('the next chunk has the chunk size while there is room', () => {
    expect(planChunk(counters(0, 0), batchDefaults)).toBe(1_000);
    expect(planChunk(counters(9_000, 0), batchDefaults)).toBe(1_000);
  });

  it('the next chunk is no larger than the room that maxInFlight leaves', () => {
    expect(planChunk(counters(9_700, 0), batchDefaults)).toBe(300);
    expect(planChunk(counters(10_000, 0), batchDefaults)).toBe(0);
    expect(planChunk(counters(10_400, 0), batchDefaults)).toBe(0);
  });

  it('every execution that ends makes room in the next chunk', () => {
    expect(planChunk(counters(10_000, 1), batchDefaults)).toBe(1);
    expect(planChunk(counters(10_000, 5_000), batchDefaults)).toBe(1_000);
  });

  it('a batch of any size is fanned out completely, with any options', () => {
    const given = fc.record(
      {
        maxInFlight: fc.integer({ min: 0, max: 20 }),
        chunkSize: fc.integer({ min: 1, max: 20 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, fc.integer({ min: 0, max: 200 }), (input, total) => {
        const options = parseBatchOptions(input, 'b1');
        let created = 0;
        let ended = 0;
        for (let tick = 0; created < total; tick += 1) {
          expect(tick).toBeLessThan(2 * total + 1);
          created += Math.min(planChunk(counters(created, ended), options), total - created);
          if (options.maxInFlight > 0) {
            expect(created - ended).toBeLessThanOrEqual(options.maxInFlight);
          }
          // The slowest case: one execution ends between two ticks.
          if (ended < created) ended += 1;
        }
      }),
    );
  });

  it('a maxInFlight of 0 limits the next chunk by its size only', () => {
    expect(planChunk(counters(1_000_000, 0), { maxInFlight: 0, chunkSize: 50 })).toBe(50);
  });
});

describe('planLocalChunk', () => {
  const plan = planLocalChunk(3);

  it('the next chunk of a local batch waits until all executions have ended', () => {
    expect(plan(counters(10, 9), batchDefaults)).toBe(0);
    expect(plan(counters(10, 10), batchDefaults)).toBe(1_000);
  });

  it('the next chunk of a local batch with stopOnError has as many items as run at once', () => {
    expect(plan(counters(0, 0), { ...batchDefaults, stopOnError: true })).toBe(3);
  });

  it('the next chunk of a local batch is limited by maxInFlight', () => {
    expect(plan(counters(0, 0), { ...batchDefaults, maxInFlight: 2 })).toBe(2);
    expect(plan(counters(0, 0), { ...batchDefaults, maxInFlight: 0, chunkSize: 5 })).toBe(5);
  });
});
