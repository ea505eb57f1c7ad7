/** The decisions that follow from the failures of a batch. */
import { describe, expect, it } from 'vitest';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import { type FailureMemory, initialFailureMemory } from '../../lib/batch/failure-memory.ts';
import {
  decideFailure,
  type FailureDecision,
  type JudgedCounters,
} from '../../lib/batch/failure-policy.ts';
import fc from '../support/properties.ts';

function counters(counts: Partial<JudgedCounters>): JudgedCounters {
  const { succeeded = 0, failed = 0, timedOut = 0, aborted = 0, retried = 0 } = counts;
  const created = counts.created ?? succeeded + failed + timedOut + aborted;
  return { created, succeeded, failed, timedOut, aborted, retried };
}

type Options = Parameters<typeof decideFailure>[2];

/** That of a batch after its first decision. */
const begunMemory: FailureMemory = { ...initialFailureMemory, since: 0 };

function decide(
  counts: Partial<JudgedCounters>,
  more: { memory?: FailureMemory; options?: Partial<Options> } = {},
): FailureDecision {
  const { memory = begunMemory, options = {} } = more;
  return decideFailure(memory, counters(counts), { ...batchDefaults, ...options }, 1_000);
}

/** Decides after each micro-batch of 100 executions, of which so many failed. */
function decideEach(failures: readonly number[], start = begunMemory): FailureDecision[] {
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

    const resumed = decide({ failed: 100 }, { memory: paused.memory });

    expect(resumed.memory.since).toBe(1_000);
    expect(kinds(decideEach([0, 5, 0], resumed.memory))).toEqual([
      'continue',
      'continue',
      'continue',
    ]);
    expect(kinds(decideEach([90], resumed.memory))).toEqual(['pause']);
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
      memory: begunMemory,
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

describe('stopping', () => {
  it('stopOnError stops the batch at the first failure', () => {
    expect(decide({ failed: 1 }, { options: { stopOnError: true } })).toMatchObject({
      kind: 'fail',
      reason: '1 failed, and stopOnError is set',
      memory: { stopping: '1 failed, and stopOnError is set' },
    });
    expect(decide({ aborted: 1 }, { options: { stopOnError: true } }).kind).toBe('continue');
  });

  it('a newest micro-batch above the severe threshold stops the batch', () => {
    const failurePolicy = { ...batchDefaults.failurePolicy, severeThreshold: 0.8 };
    const begun = decide({ succeeded: 1_000 }, { options: { failurePolicy } });

    const hard = decide(
      { succeeded: 1_021, failed: 79 },
      {
        memory: begun.memory,
        options: { failurePolicy },
      },
    );
    const severe = decide(
      { succeeded: 1_020, failed: 80 },
      {
        memory: begun.memory,
        options: { failurePolicy },
      },
    );

    expect(hard.kind).toBe('pause');
    expect(severe).toMatchObject({
      kind: 'fail',
      reason: 'a failure rate of 80 % is at or above the severe threshold of 80 %',
    });
  });

  it('the severe threshold also judges attempts that are retried', () => {
    const failurePolicy = { ...batchDefaults.failurePolicy, severeThreshold: 0.8 };

    expect(decide({ retried: 100 }, { options: { failurePolicy } }).kind).toBe('fail');
  });
});

describe('the failure rate of attempts', () => {
  it('a batch whose first attempts all fail pauses before any execution has ended', () => {
    expect(decide({ retried: 99, created: 400 }).kind).toBe('continue');

    expect(decide({ retried: 100, created: 400 })).toMatchObject({
      kind: 'pause',
      reason: 'a failure rate of attempts of 100 % is at or above the attempt threshold of 50 %',
    });
  });

  it('attempts of which a third fail and are retried with success do not pause a batch', () => {
    let memory = begunMemory;
    for (let round = 1; round <= 20; round += 1) {
      const decision = decide({ succeeded: 67 * round, retried: 33 * round }, { memory });
      expect(decision.kind).toBe('continue');
      memory = decision.memory;
    }
  });

  it('attempts that begin to fail pause a healthy batch within four micro-batches', () => {
    const healthy = decide({ succeeded: 5_000 });
    const failing = (retried: number) =>
      decide({ succeeded: 5_000, retried }, { memory: healthy.memory }).kind;

    expect(failing(300)).toBe('continue');
    expect(failing(400)).toBe('pause');
  });

  it('a policy without a threshold for attempts judges only what failed for good', () => {
    const failurePolicy = { ...batchDefaults.failurePolicy, attemptThreshold: null };

    expect(decide({ retried: 500 }, { options: { failurePolicy } }).kind).toBe('continue');
  });

  it('a resumed batch is not paused again by attempts that failed before', () => {
    const paused = decide({ retried: 100 });

    const resumed = decide({ retried: 380 }, { memory: paused.memory });
    const later = decide({ retried: 380, succeeded: 100 }, { memory: resumed.memory });

    expect([resumed.kind, later.kind]).toEqual(['continue', 'continue']);
  });

  it('each micro-batch of the mode microBatches is judged, whatever the window size is', () => {
    const options = { mode: 'microBatches', microBatchSize: 10 } as const;

    expect(decide({ failed: 9 }, { options }).kind).toBe('continue');
    expect(decide({ failed: 10 }, { options }).kind).toBe('pause');
  });
});
