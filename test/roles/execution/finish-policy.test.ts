/** The retry rules of the app, applied to the machine of an execution. */
import { describe, expect, it } from 'vitest';
import { toChildMachineId } from '../../../lib/batch/map-run/map-run-batch.ts';
import { FinishPolicy } from '../../../lib/roles/execution/finish-policy.ts';
import { createClaimedExecution } from '../../support/claimed-execution.ts';

const policy = new FinishPolicy({
  retryDelay: (retry, random) => 1_000 * (retry + 1) + random,
  nonRetryable: (machineId) => new Set(machineId === 'strict' ? ['Odd'] : []),
  entropy: { random: () => 0.25 },
});

const failure = { type: 'finish', status: 'FAILED', error: 'Odd' } as const;

describe('a finish policy', () => {
  it('a failed execution is retried after the delay of the app, for as many retries as it has', () => {
    const claimed = createClaimedExecution({ retriesMax: 2, attempts: 1 });

    expect(policy.decide(failure, claimed, 0)).toEqual({ kind: 'redrive', delayMs: 2_000.25 });
    expect(policy.decide(failure, { ...claimed, attempts: 2 }, 0)).toMatchObject({
      kind: 'archive',
    });
  });

  it('an error is non-retryable only for the machine that names it', () => {
    const claimed = createClaimedExecution({ retriesMax: 2 });

    expect(policy.decide(failure, { ...claimed, machineId: 'strict' }, 0)).toMatchObject({
      kind: 'archive',
    });
    expect(policy.decide(failure, claimed, 0)).toMatchObject({ kind: 'redrive' });
  });

  it('a failed child of a distributed Map is neither retried nor archived', () => {
    const machineId = toChildMachineId('machine', 'Label');
    const claimed = createClaimedExecution({ machineId });

    expect(policy.decide(failure, claimed, 0)).toEqual({ kind: 'done' });
  });

  it('a failed execution is archived when its retry would come after its deadline', () => {
    const claimed = createClaimedExecution({ retriesMax: 2, deadlineAt: 6_000 });

    expect(policy.decide(failure, claimed, 0)).toMatchObject({ kind: 'redrive' });
    expect(policy.decide(failure, claimed, 5_000)).toMatchObject({ kind: 'archive' });
  });
});
