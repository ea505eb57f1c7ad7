/** What is written after a step, and whether the worker goes on. */

import { describe, expect, it } from 'vitest';
import type { Effect, FinishEffect, InvokeEffect } from '../../../lib/engine/effect.ts';
import { decodeSnapshot, newSnapshot, type Snapshot } from '../../../lib/engine/snapshot.ts';
import { brokerLimits } from '../../../lib/ports/broker.ts';
import type { ClaimedExecution } from '../../../lib/ports/execution-store.ts';
import {
  planCheckpoint,
  type StepCircumstances,
  sendsItself,
} from '../../../lib/roles/execution/checkpoint-plan.ts';
import fc from '../../support/properties.ts';
import { run, single } from '../../support/run-machine.ts';

const claimed: ClaimedExecution = {
  id: 'e',
  fence: 7,
  machineId: 'machine',
  machineVersion: 1,
  name: 'e',
  input: '{}',
  queue: 'default',
  batchId: null,
  batchIndex: null,
  status: 'RUNNING',
  snapshot: null,
  attempts: 2,
  retriesMax: 3,
  stalls: 0,
  abortRequested: false,
  problem: null,
  replyTo: null,
  timeoutMs: null,
  deadlineAt: null,
  signals: [],
  createdAt: 0,
};

/** A snapshot of a machine that waits until `until`, or for ever. */
function waiting(until: number | null): Snapshot {
  const branch = {
    ...{ state: 'S', input: {}, enteredId: 2, enteredAt: 0, lastId: 2, attempt: 0, retries: [] },
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
  attempt: 0,
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
    decideFinish: () => ({ kind: 'done' }),
    ...changes,
  });
}

const history = run(single({ Type: 'Pass' })).history;

describe('a step that goes on', () => {
  it('is written when it has something to say, the lease kept', () => {
    const { checkpoint, outcome } = plan({ effects: [invoke], history });

    expect(outcome).toBeNull();
    expect(checkpoint).toMatchObject({
      executionId: 'e',
      fence: 7,
      lease: 'keep',
      firstEventId: 1,
    });
    expect(JSON.parse(checkpoint?.events ?? '')).toEqual(history);
  });

  it('is not written when nothing happened', () => {
    expect(plan({ handlersRunning: 1 })).toEqual({ checkpoint: null, outcome: null });
  });

  it('waits out a sleep of up to holdMs', () => {
    expect(plan({ snapshot: waiting(1_100) }).outcome).toBeNull();
    expect(plan({ snapshot: waiting(1_101) }).outcome).toEqual({
      kind: 'suspended',
      dueInMs: 101,
    });
  });
});

describe('a sleep', () => {
  it('gives the execution back with its due time; a short one is ended by a task of its own', () => {
    const short = plan({ snapshot: waiting(61_000) }).checkpoint;
    const long = plan({ snapshot: waiting(1_000 + 3_600_000) }).checkpoint;

    expect(short).toMatchObject({ lease: 'release', dueInMs: 60_000, wakeupSent: true });
    expect(long).toMatchObject({ lease: 'release', dueInMs: 3_600_000, wakeupSent: false });
  });

  it('without a due time waits for a signal', () => {
    const { checkpoint, outcome } = plan({});

    expect(checkpoint).toMatchObject({ lease: 'release', dueInMs: null, wakeupSent: false });
    expect(outcome).toEqual({ kind: 'suspended', dueInMs: null });
  });

  it('sends a task of its own exactly when a broker can hold the delay', () => {
    expect(sendsItself(brokerLimits.delayMsMax)).toBe(true);
    expect(sendsItself(brokerLimits.delayMsMax + 1)).toBe(false);
    expect(sendsItself(0)).toBe(true);
    expect(sendsItself(null)).toBe(false);
  });
});

describe('a shutdown', () => {
  it('waits for the handlers that run, begins none, and hands back at no cost', () => {
    expect(plan({ mode: 'draining', handlersRunning: 1 }).outcome).toBeNull();

    const { checkpoint, outcome } = plan({ mode: 'draining', effects: [invoke] });

    expect(outcome).toEqual({ kind: 'released' });
    expect(checkpoint).toMatchObject({ lease: 'release', dueInMs: 0, attempts: 2 });
  });

  it('that has abandoned the handlers waits for none', () => {
    expect(plan({ mode: 'abandoned', handlersRunning: 3 }).outcome).toEqual({ kind: 'released' });
  });
});

describe('an end', () => {
  const finish = (status: FinishEffect['status'], rest: Partial<FinishEffect> = {}): Effect[] => [
    { type: 'finish', status, ...rest },
  ];

  it('well keeps the output and no snapshot, and spends no attempt', () => {
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

  it('with the output null is told from one without an output', () => {
    const { checkpoint } = plan({ effects: finish('SUCCEEDED', { output: null }) });

    expect(checkpoint?.output).toBe('null');
  });

  it('badly keeps error, cause and the snapshot for a redrive, and spends an attempt', () => {
    const effects = finish('FAILED', { error: 'Odd', cause: 'why' });
    const { checkpoint } = plan({
      effects,
      decideFinish: () => ({ kind: 'archive', reason: 'used up' }),
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

  it('by an abort spends no attempt', () => {
    expect(plan({ effects: finish('ABORTED') }).checkpoint).toMatchObject({ attempts: 2 });
  });

  it('to be tried again is a row with a due time, its error kept for people', () => {
    const { checkpoint, outcome } = plan({
      effects: finish('TIMED_OUT', { error: 'States.Timeout' }),
      decideFinish: () => ({ kind: 'redrive', delayMs: 5_000 }),
    });

    expect(checkpoint).toMatchObject({
      status: 'PENDING_REDRIVE',
      dueInMs: 5_000,
      attempts: 3,
      error: 'States.Timeout',
    });
    expect(outcome).toEqual({ kind: 'suspended', dueInMs: 5_000 });
  });

  it('comes before everything else, even in a shutdown', () => {
    const effects = [invoke, ...finish('SUCCEEDED', { output: 1 })];

    expect(plan({ effects, handlersRunning: 2, mode: 'draining' }).outcome).toEqual({
      kind: 'ended',
    });
  });
});

describe('every plan', () => {
  it('releases exactly when the worker stops, and keeps the snapshot it was given', () => {
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
