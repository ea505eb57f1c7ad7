/** Synchronous executions: the reply in AWS's format, the time limit, and a caller that stops. */
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../lib/asl/parse.ts';
import { compileMachine } from '../../../lib/engine/compile-machine.ts';
import type { ExecutionLogEvent } from '../../../lib/engine/execution-log-event.ts';
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

function start(definition: object, signal?: AbortSignal) {
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
  it('a synchronous execution that succeeds returns exactly the fields of StartSyncExecution', async () => {
    const { harness, work, reply } = start(oneTask);
    const startDate = harness.clock.now();
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(101);
    work.answer(0, { cents: 1999 });

    expect(await reply).toEqual({
      executionArn: `arn:aws:states:us-east-1:000000000000:express:price:n:${execution.id}`,
      stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:price',
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

  it('a synchronous execution that fails returns its error and cause, and no output', async () => {
    const reply = await start(failing).reply;

    expect(reply).toMatchObject({ status: 'FAILED', error: 'Odd', cause: 'not so' });
    expect(reply).not.toHaveProperty('output');
    expect(reply.outputDetails).toEqual({ included: true });
    expect(reply.billingDetails.billedDurationInMilliseconds).toBe(100);
  });

  it('a synchronous execution takes at most five minutes', async () => {
    const { harness, work, reply } = start(oneTask);
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(300_000);

    expect(await reply).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('a synchronous execution is not stored, but logged', async () => {
    const { harness, logged, reply } = start(failing);
    const { executionArn } = await reply;

    expect((await harness.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
    expect(logged).toMatchObject([{ type: 'ExecutionFailed', execution_arn: executionArn }]);
  });

  it('a synchronous execution whose caller stops is aborted with its handlers', async () => {
    const stopping = new AbortController();
    const { work, reply } = start(oneTask, stopping.signal);
    await until(() => work.calls.length === 1, 'the call');

    stopping.abort();

    await expect(reply).rejects.toMatchObject({ code: 'STOPPED' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
  });

  it('a synchronous execution whose caller has already stopped calls nothing', async () => {
    const { work, reply } = start(oneTask, AbortSignal.abort());

    await expect(reply).rejects.toMatchObject({ code: 'STOPPED' });
    expect(work.calls).toEqual([]);
  });
});
