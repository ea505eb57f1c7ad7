/** The decisions that follow from the failures of a batch. */
import { describe, expect, it } from 'vitest';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import {
  decideFailure,
  type FailureDecision,
  type FailureMemory,
  initialFailureMemory,
} from '../../lib/batch/failure-policy.ts';
import type { BatchCounters } from '../../lib/ports/store/batch-store.ts';
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
  const { memory = initialFailureMemory, options = {}, sourceDone = false } = more;
  return decideFailure(memory, counters(counts), sourceDone, { ...batchDefaults, ...options });
}

/** Decides after each micro-batch of 100 executions, of which so many failed. */
function decideEach(failures: readonly number[], start = initialFailureMemory): FailureDecision[] {
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
  it('a batch without failures never warns', () => {
    expect(new Set(kinds(decideEach(Array(50).fill(0))))).toEqual(new Set(['continue']));
  });

  it('a batch in which everything fails pauses after its first micro-batch, not before', () => {
    expect(decide({ failed: 99 }).kind).toBe('continue');

    expect(decide({ failed: 100 })).toMatchObject({
      kind: 'pause',
      reason: 'a failure rate of 20 % is at or above the hard threshold of 10 %',
    });
  });

  it('a failure rate of 7 % warns once and never pauses', () => {
    const seen = kinds(decideEach(Array(60).fill(7)));

    expect(seen.filter((kind) => kind === 'warn')).toHaveLength(1);
    expect(seen).not.toContain('pause');
  });

  it('a failure rate of 20 % warns first, then pauses', () => {
    expect(kinds(decideEach([20, 20, 20, 20])).slice(0, 4)).toEqual([
      'continue',
      'warn',
      'continue',
      'pause',
    ]);
  });

  it('a failure rate that fell below the soft threshold and rises again warns again', () => {
    const seen = kinds(decideEach([30, ...Array(10).fill(0), 30]));

    expect(seen.filter((kind) => kind === 'warn')).toHaveLength(2);
  });

  it('a short burst of failures among many successes does not pause the batch', () => {
    expect(kinds(decideEach([0, 0, 0, 40, 0, 0]))).not.toContain('pause');
    expect(kinds(decideEach([0, 0, 0, 60, 0, 0]))).toContain('pause');
  });

  it('the failure rate does not depend on how often it is computed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        (rate, looks) => {
          const often = decideEach(Array(looks).fill(rate)).at(-1);
          const once = decide({ succeeded: (100 - rate) * looks, failed: rate * looks });

          expect(once.memory.average).toBeCloseTo(often?.memory.average ?? 0, 10);
        },
      ),
    );
  });

  it('the failure rate stays between 0 and the highest rate seen, whatever is counted', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 }), (failures) => {
        for (const { memory } of decideEach(failures)) {
          expect(memory.average).toBeGreaterThanOrEqual(0);
          expect(memory.average).toBeLessThanOrEqual(Math.max(...failures) / 100);
        }
      }),
    );
  });

  it('counting the same ended executions again does not change the failure rate', () => {
    const once = decide({ succeeded: 96, failed: 4 });

    const again = decide({ succeeded: 96, failed: 4 }, { memory: once.memory });

    expect(again).toEqual({ kind: 'continue', memory: once.memory });
    expect(again.memory).toMatchObject({ ended: 100, failures: 4 });
  });

  it('the failure rate counts timeouts as failures, and aborted executions not', () => {
    expect(decide({ timedOut: 100 }).kind).toBe('pause');
    expect(decide({ aborted: 100 }).kind).toBe('continue');
  });

  it('a resumed batch is not paused again by its past failures', () => {
    const paused = decide({ failed: 100 });

    expect(kinds(decideEach([0, 5, 0], paused.memory))).toEqual([
      'continue',
      'continue',
      'continue',
    ]);
    expect(kinds(decideEach([90], paused.memory))).toEqual(['pause']);
  });

  it('the failure rate continues from the lower counters after a redrive', () => {
    const before = decide({ succeeded: 100, failed: 8 });
    const redriven = decide({ succeeded: 100 }, { memory: before.memory });

    expect(redriven).toMatchObject({ kind: 'continue', memory: { ended: 100, failures: 0 } });
    expect(decide({ succeeded: 200 }, { memory: redriven.memory }).kind).toBe('continue');
  });

  it('no failure rate pauses a batch without a failure policy', () => {
    expect(decide({ failed: 1_000 }, { options: { failurePolicy: null } })).toEqual({
      kind: 'continue',
      memory: initialFailureMemory,
    });
  });

  it('a rate of 0 does not reach a threshold of 0', () => {
    const failurePolicy = { ...batchDefaults.failurePolicy, softThreshold: 0, hardThreshold: 0 };

    expect(decide({ succeeded: 100 }, { options: { failurePolicy } }).kind).toBe('continue');
    expect(decide({ succeeded: 99, failed: 1 }, { options: { failurePolicy } }).kind).toBe('pause');
  });

  it('the failure memory survives being stored as JSON', () => {
    const { memory } = decide({ succeeded: 95, failed: 5 });

    expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  });
});

describe('tolerated failures', () => {
  it('one failure above the tolerated count fails the batch', () => {
    const options = { toleratedFailureCount: 2 };

    expect(decide({ failed: 1, timedOut: 1 }, { options }).kind).toBe('continue');
    expect(decide({ failed: 2, timedOut: 1 }, { options })).toMatchObject({
      kind: 'fail',
      reason: '3 failed, 2 are tolerated',
    });
  });

  it('a tolerated count of 0 allows no failure', () => {
    expect(decide({ failed: 1 }, { options: { toleratedFailureCount: 0 } }).kind).toBe('fail');
    const options = { toleratedFailurePercentage: 0 };
    expect(decide({ failed: 1, created: 500 }, { options, sourceDone: true }).kind).toBe('fail');
    expect(decide({ succeeded: 500 }, { options, sourceDone: true }).kind).toBe('continue');
  });

  it('a tolerated percentage is checked once all items are known', () => {
    const options = { toleratedFailurePercentage: 10 };
    const counts = { succeeded: 5, failed: 11, created: 100 };

    expect(decide(counts, { options }).kind).toBe('continue');
    expect(decide(counts, { options, sourceDone: true })).toMatchObject({
      kind: 'fail',
      reason: '11 of 100 failed, 10 % are tolerated',
    });
    expect(decide({ ...counts, failed: 10 }, { options, sourceDone: true }).kind).toBe('continue');
  });

  it('stopOnError fails the batch at the first failure, whatever is tolerated', () => {
    expect(decide({ failed: 1 }, { options: { stopOnError: true } })).toMatchObject({
      kind: 'fail',
      reason: '1 failed, and stopOnError is set',
    });
    expect(decide({ aborted: 1 }, { options: { stopOnError: true } }).kind).toBe('continue');
  });
});
