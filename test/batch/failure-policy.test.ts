/** What failures mean for a batch. */

import { describe, expect, it } from 'vitest';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import {
  decideFailure,
  type FailureDecision,
  type FailureMemory,
  freshFailureMemory,
} from '../../lib/batch/failure-policy.ts';
import type { BatchCounters } from '../../lib/ports/batch-store.ts';
import fc from '../support/properties.ts';

function counters(counts: Partial<BatchCounters>): BatchCounters {
  const { succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = counts;
  const created = counts.created ?? succeeded + failed + timedOut + aborted;
  return { created, succeeded, failed, timedOut, aborted };
}

type Options = Parameters<typeof decideFailure>[3];

function decide(
  counts: Partial<BatchCounters>,
  more: { memory?: FailureMemory; options?: Partial<Options>; sourceDone?: boolean } = {},
): FailureDecision {
  const { memory = freshFailureMemory, options = {}, sourceDone = false } = more;
  return decideFailure(memory, counters(counts), sourceDone, { ...batchDefaults, ...options });
}

/** Looks at micro-batches of 100, each with so many failures, one after the other. */
function look(failures: readonly number[], start = freshFailureMemory): FailureDecision[] {
  let memory = start;
  let { ended, failures: failed } = start;
  return failures.map((count) => {
    ended += 100;
    failed += count;
    const decision = decide({ succeeded: ended - failed, failed }, { memory });
    memory = decision.memory;
    return decision;
  });
}

const kinds = (decisions: readonly FailureDecision[]) => decisions.map(({ kind }) => kind);

describe('the failure rate', () => {
  it('of a batch without failures never warns', () => {
    expect(new Set(kinds(look(Array(50).fill(0))))).toEqual(new Set(['continue']));
  });

  it('of a batch that fails altogether pauses after the first micro-batch, not before', () => {
    expect(decide({ failed: 99 }).kind).toBe('continue');

    expect(decide({ failed: 100 })).toMatchObject({
      kind: 'pause',
      reason: 'a failure rate of 20 % is at or above the limit of 10 %',
    });
  });

  it('of 7 % warns once, and never pauses', () => {
    const seen = kinds(look(Array(60).fill(7)));

    expect(seen.filter((kind) => kind === 'warn')).toHaveLength(1);
    expect(seen).not.toContain('pause');
  });

  it('of 20 % warns first, then pauses', () => {
    expect(kinds(look([20, 20, 20, 20])).slice(0, 4)).toEqual([
      'continue',
      'warn',
      'continue',
      'pause',
    ]);
  });

  it('warns again when it has fallen below the mark in between', () => {
    const seen = kinds(look([30, ...Array(10).fill(0), 30]));

    expect(seen.filter((kind) => kind === 'warn')).toHaveLength(2);
  });

  it('is an exponential moving average: a short burst among many good ones passes', () => {
    expect(kinds(look([0, 0, 0, 40, 0, 0]))).not.toContain('pause');
    expect(kinds(look([0, 0, 0, 60, 0, 0]))).toContain('pause');
  });

  it('is the same however seldom one looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        (rate, looks) => {
          const often = look(Array(looks).fill(rate)).at(-1);
          const once = decide({ succeeded: (100 - rate) * looks, failed: rate * looks });

          expect(once.memory.average).toBeCloseTo(often?.memory.average ?? 0, 10);
        },
      ),
    );
  });

  it('stays between 0 and the highest rate seen, whatever is counted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 }), (failures) => {
        for (const { memory } of look(failures)) {
          expect(memory.average).toBeGreaterThanOrEqual(0);
          expect(memory.average).toBeLessThanOrEqual(Math.max(...failures) / 100);
        }
      }),
    );
  });

  // W22
  it('counts executions that ended, so that nothing but their number matters', () => {
    const once = decide({ succeeded: 96, failed: 4 });

    const again = decide({ succeeded: 96, failed: 4 }, { memory: once.memory });

    expect(again).toEqual({ kind: 'continue', memory: once.memory });
    expect(again.memory).toMatchObject({ ended: 100, failures: 4 });
  });

  it('counts time-outs as failures, and what a person aborted not', () => {
    expect(decide({ timedOut: 100 }).kind).toBe('pause');
    expect(decide({ aborted: 100 }).kind).toBe('continue');
  });

  it('does not hold the past against a batch that a person has resumed', () => {
    const paused = decide({ failed: 100 });

    expect(kinds(look([0, 5, 0], paused.memory))).toEqual(['continue', 'continue', 'continue']);
    expect(kinds(look([90], paused.memory))).toEqual(['pause']);
  });

  it('counts on from where a redrive has set the counters back to', () => {
    const before = decide({ succeeded: 100, failed: 8 });
    const redriven = decide({ succeeded: 100 }, { memory: before.memory });

    expect(redriven).toMatchObject({ kind: 'continue', memory: { ended: 100, failures: 0 } });
    expect(decide({ succeeded: 200 }, { memory: redriven.memory }).kind).toBe('continue');
  });

  it('does not matter without a policy', () => {
    expect(decide({ failed: 1_000 }, { options: { failurePolicy: null } })).toEqual({
      kind: 'continue',
      memory: freshFailureMemory,
    });
  });

  it('of nothing is not at a threshold of 0', () => {
    const failurePolicy = { ...batchDefaults.failurePolicy, softThreshold: 0, hardThreshold: 0 };

    expect(decide({ succeeded: 100 }, { options: { failurePolicy } }).kind).toBe('continue');
    expect(decide({ succeeded: 99, failed: 1 }, { options: { failurePolicy } }).kind).toBe('pause');
  });

  it('is remembered as plain JSON', () => {
    const { memory } = decide({ succeeded: 95, failed: 5 });

    expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  });
});

describe('tolerated failures', () => {
  it('by count fail the batch with the first one beyond', () => {
    const options = { toleratedFailureCount: 2 };

    expect(decide({ failed: 1, timedOut: 1 }, { options }).kind).toBe('continue');
    expect(decide({ failed: 2, timedOut: 1 }, { options })).toMatchObject({
      kind: 'fail',
      reason: '3 failed, 2 are tolerated',
    });
  });

  it('of 0 bear none', () => {
    expect(decide({ failed: 1 }, { options: { toleratedFailureCount: 0 } }).kind).toBe('fail');
    const options = { toleratedFailurePercentage: 0 };
    expect(decide({ failed: 1, created: 500 }, { options, sourceDone: true }).kind).toBe('fail');
    expect(decide({ succeeded: 500 }, { options, sourceDone: true }).kind).toBe('continue');
  });

  it('by percentage are judged once all items are known', () => {
    const options = { toleratedFailurePercentage: 10 };
    const counts = { succeeded: 5, failed: 11, created: 100 };

    expect(decide(counts, { options }).kind).toBe('continue');
    expect(decide(counts, { options, sourceDone: true })).toMatchObject({
      kind: 'fail',
      reason: '11 of 100 failed, 10 % are tolerated',
    });
    expect(decide({ ...counts, failed: 10 }, { options, sourceDone: true }).kind).toBe('continue');
  });

  it('do not exist with stopOnError', () => {
    expect(decide({ failed: 1 }, { options: { stopOnError: true } })).toMatchObject({
      kind: 'fail',
      reason: '1 failed, and stopOnError is set',
    });
    expect(decide({ aborted: 1 }, { options: { stopOnError: true } }).kind).toBe('continue');
  });
});
