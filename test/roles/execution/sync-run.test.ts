/** Synchronous executions: the reply in AWS's shape, their limit, and a caller that stops. */
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/asl/parse.ts';
import type { ExecutionLogEvent } from '../../../lib/engine/execution-log-event.ts';
import { compileMachine } from '../../../lib/engine/machine.ts';
import { ExecutionLogger } from '../../../lib/roles/execution/execution-logger.ts';
import { runSync } from '../../../lib/roles/execution/sync-run.ts';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

const execution = {
  id: '0198c0de-0000-7000-8000-000000000001',
  machineId: 'price',
  machineVersion: 1,
  name: 'n',
  input: '{"sku":"a-1"}',
  queue: 'default',
  retriesMax: 0,
};

function begin(definition: object, signal?: AbortSignal) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler } });
  const logged: ExecutionLogEvent[] = [];
  const sink = { write: (events: readonly ExecutionLogEvent[]) => void logged.push(...events) };
  const executionLogger = new ExecutionLogger(sink, () => ({ level: 'FATAL' }));
  const machine = compileMachine(parseDefinition(JSON.stringify(definition)), {}, 'EXPRESS');
  const reply = runSync({ ...harness, executionLogger }, machine, execution, signal);
  return { harness, work, logged, reply };
}

const failing = { StartAt: 'No', States: { No: { Type: 'Fail', Error: 'Odd', Cause: 'not so' } } };

describe('a synchronous execution', () => {
  it('that succeeds is answered with the fields of StartSyncExecution, and no others', async () => {
    const { harness, work, reply } = begin(oneTask);
    const startDate = harness.clock.now();
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(101);
    work.answer(0, { cents: 1999 });

    expect(await reply).toEqual({
      executionArn: `arn:aws:states:local:000000000000:express:price:n:${execution.id}`,
      stateMachineArn: 'arn:aws:states:local:000000000000:stateMachine:price',
      name: 'n',
      startDate,
      stopDate: startDate + 101,
      status: 'SUCCEEDED',
      input: '{"sku":"a-1"}',
      inputDetails: { included: true },
      output: '{"cents":1999}',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: 200, billedMemoryUsedInMB: 64 },
    });
  });

  it('that fails is answered with its error and cause, and has no output', async () => {
    const reply = await begin(failing).reply;

    expect(reply).toMatchObject({ status: 'FAILED', error: 'Odd', cause: 'not so' });
    expect(reply).not.toHaveProperty('output');
    expect(reply.outputDetails).toEqual({ included: true });
    expect(reply.billingDetails.billedDurationInMilliseconds).toBe(100);
  });

  it('takes five minutes at most', async () => {
    const { harness, work, reply } = begin(oneTask);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(300_000);

    expect(await reply).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('leaves nothing in the store, and its events in the log', async () => {
    const { harness, logged, reply } = begin(failing);
    const { executionArn } = await reply;

    expect((await harness.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
    expect(logged).toMatchObject([{ type: 'ExecutionFailed', execution_arn: executionArn }]);
  });

  it('whose caller stops is over, its handlers aborted', async () => {
    const stopping = new AbortController();
    const { work, reply } = begin(oneTask, stopping.signal);
    await until(() => work.calls.length === 1, 'the call');

    stopping.abort();

    await expect(reply).rejects.toMatchObject({ code: 'STOPPED' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
  });

  it('whose caller has stopped before it begins calls nothing', async () => {
    const { work, reply } = begin(oneTask, AbortSignal.abort());

    await expect(reply).rejects.toMatchObject({ code: 'STOPPED' });
    expect(work.calls).toEqual([]);
  });
});
