/** Answers to Tasks by their tokens: who may answer, when, and with which result. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import { defaultScope } from '../../lib/engine/arn/aws-scope.ts';
import { toExecutionArn } from '../../lib/engine/arn/make-arn.ts';
import { readTaskToken, writeTaskToken } from '../../lib/engine/task/task-token.ts';
import { openApp } from '../support/open-app.ts';
import { settle } from '../support/signal.ts';

const definition = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token' } },
      HeartbeatSeconds: 600,
      Catch: [{ ErrorEquals: ['Refused'], ResultPath: '$.refused', Next: 'Refused' }],
      End: true,
    },
    Refused: { Type: 'Pass', End: true },
  },
};

/** Opens an app whose execution waits for an answer to `token`. */
async function openWaiting() {
  const tokens: string[] = [];
  const app = await openApp({
    machines: { order: { definition } },
    handlers: { ask: ({ token }: { token: string }) => tokens.push(token) },
    payloadBytesMax: 1_000,
  });
  await app.start();
  const { executionId } = await app.queueClient().enqueueExecution({
    machineId: 'order',
    input: {},
  });
  const execution = await read(app, executionId, ({ status, workerId }) => {
    return status === 'RUNNING' && workerId === null;
  });
  return { app, executionId, execution, token: tokens[0] ?? '', tokens };
}

type Record = NonNullable<Awaited<ReturnType<Millrace['drivers']['store']['getExecution']>>>;

/** Waits until `condition` holds, and returns the execution. */
async function read(
  app: Millrace,
  id: string,
  condition: (record: Record) => boolean,
): Promise<Record> {
  for (;;) {
    const record = await app.drivers.store.getExecution(id);
    if (record !== null && condition(record)) return record;
    await settle();
  }
}

const ended = ({ endedAt }: Record) => endedAt !== null;

describe('an answer to a task', () => {
  it('a success ends the task with its output', async () => {
    const { app, executionId, token } = await openWaiting();

    await app.taskTokens.sendSuccess(token, { yes: [1] });

    expect(await read(app, executionId, ended)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"yes":[1]}',
    });
  });

  it('a failure ends the task with an error that Catch matches', async () => {
    const { app, executionId, token } = await openWaiting();

    await app.taskTokens.sendFailure(token, { error: 'Refused', cause: 'not today' });

    const { output } = await read(app, executionId, ended);
    expect(JSON.parse(output ?? '')).toEqual({ refused: { Error: 'Refused', Cause: 'not today' } });
  });

  it('a heartbeat keeps the task alive', async () => {
    const { app, executionId, execution, token } = await openWaiting();

    await app.taskTokens.sendHeartbeat(token);

    const later = await read(app, executionId, ({ fence, workerId }) => {
      return fence > execution.fence && workerId === null;
    });
    expect(later.dueAt ?? 0).toBeGreaterThanOrEqual(execution.dueAt ?? 0);
    expect(later.status).toBe('RUNNING');
  });

  it('only the first of several answers is accepted', async () => {
    const { app, executionId, token } = await openWaiting();
    const answers = [app.taskTokens.sendSuccess(token, 1), app.taskTokens.sendSuccess(token, 2)];
    await Promise.allSettled(answers);

    await read(app, executionId, ended);

    await expect(app.taskTokens.sendSuccess(token, 3)).rejects.toMatchObject({
      code: 'TASK_TIMED_OUT',
    });
  });

  it('an answer is refused while an earlier one is on its way', async () => {
    const { app, executionId, token } = await openWaiting();
    await app.stop();
    await app.taskTokens.sendSuccess(token, 'first');

    const second = app.taskTokens.sendFailure(token, { error: 'Late' });

    await expect(second).rejects.toMatchObject({ code: 'TASK_TIMED_OUT' });
    await expect(app.taskTokens.sendHeartbeat(token)).rejects.toMatchObject({
      code: 'TASK_TIMED_OUT',
    });
    await app.start();
    expect((await read(app, executionId, ended)).output).toBe('"first"');
  });
});

describe('an answer that is refused', () => {
  it('an answer with a token that was never issued is refused', async () => {
    const { app, token } = await openWaiting();
    const parts = readTaskToken(token);
    if (parts === undefined) throw new Error('the token is one');
    const forged = writeTaskToken({ ...parts, nonce: '0'.repeat(32) });
    const elsewhere = writeTaskToken({ ...parts, executionArn: 'arn:aws:states:x' });

    for (const bad of ['', 'nonsense', `${token}x`, forged, elsewhere]) {
      await expect(app.taskTokens.sendSuccess(bad, 1)).rejects.toMatchObject({
        code: 'INVALID_TOKEN',
      });
    }
  });

  it('an answer for an unknown execution is refused', async () => {
    const { app, token } = await openWaiting();
    const parts = readTaskToken(token);
    if (parts === undefined) throw new Error('the token is one');
    const gone = writeTaskToken({
      ...parts,
      executionArn: toExecutionArn(defaultScope, 'order', 'gone'),
    });

    const answer = app.taskTokens.sendHeartbeat(gone);

    await expect(answer).rejects.toMatchObject({ code: 'TASK_DOES_NOT_EXIST' });
  });

  it('an answer that is too large or not JSON is refused', async () => {
    const { app, executionId, token } = await openWaiting();

    const large = app.taskTokens.sendSuccess(token, 'x'.repeat(1_000));
    await expect(large).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
    const noJson = app.taskTokens.sendSuccess(token, JSON.parse.bind(null) as never);
    await expect(noJson).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
    const long = app.taskTokens.sendFailure(token, { error: 'x'.repeat(257) });
    await expect(long).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

    expect(await app.drivers.store.getExecution(executionId)).toMatchObject({ status: 'RUNNING' });
  });
});
