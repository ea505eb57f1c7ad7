/** The calls of a run: what reaches the run of them, and what cancelling and aborting them does. */
import { describe, expect, it } from 'vitest';
import type { InvokeEffect } from '../../../lib/engine/effect.ts';
import type { UntimedEvent } from '../../../lib/engine/event.ts';
import type { Invocation, InvocationResult } from '../../../lib/ports/task-invoker.ts';
import { createIdentity } from '../../../lib/roles/execution/run-identity.ts';
import { RunningCalls } from '../../../lib/roles/execution/running-calls.ts';
import { createClaimedExecution } from '../../support/claimed-execution.ts';
import { createMapRunSpec } from '../../support/map-run-spec.ts';
import { settle } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

interface HeldCall {
  readonly invocation: Invocation;
  readonly answer: (result: InvocationResult) => void;
}

function setUp() {
  const claimed = createClaimedExecution({ id: 'execution', batchId: 'batch' });
  const held: HeldCall[] = [];
  const cancelled: string[] = [];
  const events: UntimedEvent[] = [];
  const calls = new RunningCalls(
    {
      invoker: {
        findRefusal: () => null,
        invoke: (invocation) =>
          new Promise((answer) => {
            held.push({ invocation, answer });
          }),
        cancel: async (executionId, command) => void cancelled.push(`${executionId} ${command}`),
      },
      mapRuns: {
        start: async () => ({ ok: true, submitted: null }),
        redrive: async () => ({ ok: true, submitted: null }),
        isStillEnding: async () => false,
      },
      clock: new SimulatedClock(),
    },
    { claimed, identity: createIdentity(claimed, { type: 'STANDARD' }) },
    (event) => events.push(event),
  );
  return { calls, held, cancelled, events };
}

const invoke: InvokeEffect = {
  type: 'invoke',
  command: '2:0',
  resource: 'work',
  pattern: 'request',
  parameters: { n: 1 },
  stateName: 'Work',
  retryCount: 0,
};

const success: InvocationResult = { ok: true, result: 'done' };

describe('running calls', () => {
  it('a call receives its execution, and its heartbeats and answer become events', async () => {
    const { calls, held, events } = setUp();
    calls.start(invoke);
    expect(calls.commands).toEqual(['2:0']);
    expect(held[0]?.invocation).toMatchObject({
      parameters: { n: 1 },
      idempotencyKey: 'execution:2:0',
      execution: { id: 'execution', arn: expect.stringContaining(':execution:machine:e') },
      batchId: 'batch',
    });

    held[0]?.invocation.heartbeat();
    held[0]?.answer(success);
    await settle();

    expect(events).toEqual([
      { type: 'heartbeatReceived', command: '2:0' },
      { type: 'commandSucceeded', command: '2:0', result: 'done' },
    ]);
    expect(calls.has('2:0')).toBe(false);
  });

  it('a cancelled call is aborted, and its answer is ignored', async () => {
    const { calls, held, cancelled, events } = setUp();
    calls.start(invoke);

    await calls.cancel('2:0');
    held[0]?.answer(success);
    await settle();

    expect(held[0]?.invocation.signal.aborted).toBe(true);
    expect(events).toEqual([]);
    expect(cancelled).toEqual([]);
  });

  it('a command whose answer comes from outside is cancelled at the invoker', async () => {
    const { calls, held, cancelled, events } = setUp();
    calls.start({ ...invoke, pattern: 'token', taskToken: 'token' });
    held[0]?.answer({ ok: true, submitted: { accepted: true } });
    await settle();
    expect(events).toEqual([
      { type: 'commandSubmitted', command: '2:0', output: { accepted: true } },
    ]);

    await calls.cancel('2:0');

    expect(cancelled).toEqual(['execution 2:0']);
  });

  it('aborted calls are all aborted, and none of their answers becomes an event', async () => {
    const { calls, held, events } = setUp();
    calls.start(invoke);
    calls.start({ ...invoke, command: '3:0' });

    calls.abortAll();
    for (const { answer } of held) answer(success);
    await settle();

    expect(held.map(({ invocation }) => invocation.signal.aborted)).toEqual([true, true]);
    expect(calls.commands).toEqual([]);
    expect(events).toEqual([]);
  });

  it('the answer of a cancelled call does not count for the call that follows it', async () => {
    const { calls, held, events } = setUp();
    calls.start(invoke);
    await calls.cancel('2:0');
    calls.start({ ...invoke, command: '2:1' });

    held[0]?.answer({ ok: true, result: 'first' });
    held[1]?.answer({ ok: true, result: 'second' });
    await settle();

    expect(events).toEqual([{ type: 'commandSucceeded', command: '2:1', result: 'second' }]);
  });

  it('the start of a map run is an accepted call, whose answer comes from outside', async () => {
    const { calls, events } = setUp();

    calls.start({ type: 'mapRun', command: '4:0', run: createMapRunSpec() });
    await settle();

    expect(events).toEqual([{ type: 'commandSubmitted', command: '4:0', output: null }]);
  });
});
