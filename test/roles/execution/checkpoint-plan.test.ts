/** The checkpoint after a step, and whether the run continues. */
import { describe, expect, it } from 'vitest';
import type { Effect, FinishEffect, InvokeEffect } from '../../../lib/engine/effect.ts';
import { decodeHistory } from '../../../lib/engine/history/decode-history.ts';
import { decodeSnapshot, newSnapshot, type Snapshot } from '../../../lib/engine/snapshot.ts';
import { brokerLimits } from '../../../lib/ports/broker.ts';
import {
  fitsBrokerDelay,
  planCheckpoint,
  type StepCircumstances,
} from '../../../lib/roles/execution/checkpoint-plan.ts';
import { createClaimedExecution } from '../../support/claimed-execution.ts';
import fc from '../../support/properties.ts';
import { run, single } from '../../support/run-machine.ts';

const claimed = createClaimedExecution({
  fence: 7,
  status: 'RUNNING',
  attempts: 2,
  retriesMax: 3,
});

/** A snapshot of a machine that waits until `until`; null: for a signal. */
function waiting(until: number | null): Snapshot {
  const branch = {
    state: 'S',
    input: {},
    enteredId: 2,
    enteredAt: 0,
    lastId: 2,
    attempt: 0,
    retries: [],
    doing: until === null ? ({ kind: 'task' } as const) : ({ kind: 'wait', until } as const),
  };
  return { ...newSnapshot(), status: 'RUNNING', lastEventId: 2, root: branch };
}

const invoke: InvokeEffect = {
  type: 'invoke',
  command: '2:0',
  resource: 'work',
  pattern: 'request',
  parameters: {},
  stateName: 'S',
  retryCount: 0,
};

function plan(changes: Partial<StepCircumstances>) {
  return planCheckpoint({
    claimed,
    arn: 'arn:e',
    snapshot: waiting(null),
    history: [],
    effects: [],
    handlersRunning: 0,
    signalsSeen: 0,
    signalsUnused: [],
    mode: 'running',
    now: 1_000,
    holdMs: 100,
    finishPolicy: { decide: () => ({ kind: 'done' }) },
    ...changes,
  });
}

const history = run(single({ Type: 'Pass' })).history;

describe('a step that continues', () => {
  it('a step with events or effects is written and keeps the lease', () => {
    const { checkpoint, outcome } = plan({ effects: [invoke], history });

    expect(outcome).toBeNull();
    expect(checkpoint).toMatchObject({
      executionId: 'e',
      fence: 7,
      lease: 'keep',
      firstEventId: 1,
    });
    expect(decodeHistory(checkpoint?.events ?? '')).toEqual(history);
  });

  it('a step in which nothing happened is not written', () => {
    expect(plan({ handlersRunning: 1 })).toEqual({ checkpoint: null, outcome: null });
  });

  it('a sleep of up to holdMs is waited out in memory', () => {
    expect(plan({ snapshot: waiting(1_100) }).outcome).toBeNull();
    expect(plan({ snapshot: waiting(1_101) }).outcome).toEqual({
      kind: 'suspended',
      dueInMs: 101,
    });
  });
});

describe('a sleep', () => {
  it('a sleep releases the execution with its due time, and a short sleep ends with a delayed task', () => {
    const short = plan({ snapshot: waiting(61_000) }).checkpoint;
    const long = plan({ snapshot: waiting(1_000 + 3_600_000) }).checkpoint;

    expect(short).toMatchObject({ lease: 'release', dueInMs: 60_000, wakeupSent: true });
    expect(long).toMatchObject({ lease: 'release', dueInMs: 3_600_000, wakeupSent: false });
  });

  it('a sleep without a due time waits for a signal', () => {
    const { checkpoint, outcome } = plan({});

    expect(checkpoint).toMatchObject({ lease: 'release', dueInMs: null, wakeupSent: false });
    expect(outcome).toEqual({ kind: 'suspended', dueInMs: null });
  });

  it('a sleep ends with a delayed task exactly when a broker can hold the delay', () => {
    expect(fitsBrokerDelay(brokerLimits.delayMsMax)).toBe(true);
    expect(fitsBrokerDelay(brokerLimits.delayMsMax + 1)).toBe(false);
    expect(fitsBrokerDelay(0)).toBe(true);
    expect(fitsBrokerDelay(null)).toBe(false);
  });
});

describe('a shutdown', () => {
  it('a drain waits for running handlers, starts none, and releases the execution without spending an attempt', () => {
    expect(plan({ mode: 'draining', handlersRunning: 1 }).outcome).toBeNull();

    const { checkpoint, outcome } = plan({ mode: 'draining', effects: [invoke] });

    expect(outcome).toEqual({ kind: 'released' });
    expect(checkpoint).toMatchObject({ lease: 'release', dueInMs: 0, attempts: 2 });
  });

  it('an abandoned run waits for no handler', () => {
    expect(plan({ mode: 'abandoned', handlersRunning: 3 }).outcome).toEqual({ kind: 'released' });
  });
});

describe('an end', () => {
  const finish = (status: FinishEffect['status'], rest: Partial<FinishEffect> = {}): Effect[] => [
    { type: 'finish', status, ...rest },
  ];

  it('a successful end keeps the output but no snapshot, and spends no attempt', () => {
    const { checkpoint } = plan({ effects: finish('SUCCEEDED', { output: [1, null] }) });

    expect(checkpoint).toMatchObject({
      status: 'SUCCEEDED',
      snapshot: null,
      output: '[1,null]',
      attempts: 2,
      lease: 'release',
      archiveReason: null,
    });
  });

  it('the output null differs from no output', () => {
    const { checkpoint } = plan({ effects: finish('SUCCEEDED', { output: null }) });

    expect(checkpoint?.output).toBe('null');
  });

  it('a failed end keeps error, cause and snapshot for a redrive, and spends an attempt', () => {
    const effects = finish('FAILED', { error: 'Odd', cause: 'why' });
    const { checkpoint } = plan({
      effects,
      finishPolicy: { decide: () => ({ kind: 'archive', reason: 'used up' }) },
    });

    expect(checkpoint).toMatchObject({
      status: 'FAILED',
      error: 'Odd',
      cause: 'why',
      attempts: 3,
      archiveReason: 'used up',
    });
    expect(checkpoint?.snapshot).not.toBeNull();
  });

  it('an abort spends no attempt', () => {
    expect(plan({ effects: finish('ABORTED') }).checkpoint).toMatchObject({ attempts: 2 });
  });

  it('an end that is retried becomes a row with a due time, and keeps its error for users', () => {
    const { checkpoint, outcome } = plan({
      effects: finish('TIMED_OUT', { error: 'States.Timeout' }),
      finishPolicy: { decide: () => ({ kind: 'redrive', delayMs: 5_000 }) },
    });

    expect(checkpoint).toMatchObject({
      status: 'PENDING_REDRIVE',
      dueInMs: 5_000,
      attempts: 3,
      error: 'States.Timeout',
    });
    expect(outcome).toEqual({ kind: 'suspended', dueInMs: 5_000 });
  });

  it('an end comes before everything else, even during a shutdown', () => {
    const effects = [invoke, ...finish('SUCCEEDED', { output: 1 })];

    expect(plan({ effects, handlersRunning: 2, mode: 'draining' }).outcome).toEqual({
      kind: 'ended',
    });
  });
});

describe('every plan', () => {
  it('every plan releases the lease exactly when the run stops, and keeps its snapshot', () => {
    const mode = fc.constantFrom('running', 'draining', 'abandoned' as const);
    fc.assert(
      fc.property(
        mode,
        fc.nat(3),
        fc.option(fc.nat(5_000_000)),
        fc.constantFrom([], [invoke]),
        (shutdown, handlersRunning, until, effects) => {
          const snapshot = waiting(until);
          const circumstances = { mode: shutdown, handlersRunning, snapshot, effects } as const;
          const { checkpoint, outcome } = plan(circumstances);

          if (outcome !== null) expect(checkpoint?.lease).toBe('release');
          else expect(checkpoint?.lease ?? 'keep').toBe('keep');
          if (checkpoint?.snapshot) expect(decodeSnapshot(checkpoint.snapshot)).toEqual(snapshot);
        },
      ),
    );
  });
});
