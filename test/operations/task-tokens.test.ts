/** Answers to tasks from outside: who may answer, when, and what becomes of it. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import { executionArn } from '../../lib/engine/execution-identity.ts';
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

/** An app whose execution sleeps for an answer to `token`. */
async function asked() {
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

type Record = NonNullable<Awaited<ReturnType<Millrace['store']['getExecution']>>>;

/** The execution, as soon as `condition` holds. */
async function read(
  app: Millrace,
  id: string,
  condition: (record: Record) => boolean,
): Promise<Record> {
  for (;;) {
    const record = await app.store.getExecution(id);
    if (record !== null && condition(record)) return record;
    await settle();
  }
}

const ended = ({ endedAt }: Record) => endedAt !== null;

describe('an answer to a task', () => {
  it('ends it with the output', async () => {
    const { app, executionId, token } = await asked();

    await app.sendTaskSuccess(token, { yes: [1] });

    expect(await read(app, executionId, ended)).toMatchObject({
      ...{ status: 'SUCCEEDED', output: '{"yes":[1]}' },
    });
  });

  it('fails it with an error that is caught', async () => {
    const { app, executionId, token } = await asked();

    await app.sendTaskFailure(token, { error: 'Refused', cause: 'not today' });

    const { output } = await read(app, executionId, ended);
    expect(JSON.parse(output ?? '')).toEqual({ refused: { Error: 'Refused', Cause: 'not today' } });
  });

  it('keeps it alive', async () => {
    const { app, executionId, execution, token } = await asked();

    await app.sendTaskHeartbeat(token);

    const later = await read(app, executionId, ({ fence, workerId }) => {
      return fence > execution.fence && workerId === null;
    });
    expect(later.dueAt ?? 0).toBeGreaterThanOrEqual(execution.dueAt ?? 0);
    expect(later.status).toBe('RUNNING');
  });

  it('is taken once: the second is told that it comes too late', async () => {
    const { app, executionId, token } = await asked();
    const answers = [app.sendTaskSuccess(token, 1), app.sendTaskSuccess(token, 2)];
    await Promise.allSettled(answers);

    await read(app, executionId, ended);

    await expect(app.sendTaskSuccess(token, 3)).rejects.toMatchObject({ code: 'TASK_TIMED_OUT' });
  });

  it('is refused while an earlier one is on its way', async () => {
    const { app, executionId, token } = await asked();
    await app.stop();
    await app.sendTaskSuccess(token, 'first');

    const second = app.sendTaskFailure(token, { error: 'Late' });

    await expect(second).rejects.toMatchObject({ code: 'TASK_TIMED_OUT' });
    await expect(app.sendTaskHeartbeat(token)).rejects.toMatchObject({ code: 'TASK_TIMED_OUT' });
    await app.start();
    expect((await read(app, executionId, ended)).output).toBe('"first"');
  });
});

describe('an answer that cannot be taken', () => {
  it('has a token that nobody gave out', async () => {
    const { app, token } = await asked();
    const parts = readTaskToken(token);
    if (parts === undefined) throw new Error('the token is one');
    const forged = writeTaskToken({ ...parts, nonce: '0'.repeat(32) });
    const elsewhere = writeTaskToken({ ...parts, executionArn: 'arn:aws:states:x' });

    for (const bad of ['', 'nonsense', `${token}x`, forged, elsewhere]) {
      await expect(app.sendTaskSuccess(bad, 1)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    }
  });

  it('is for an execution that is not there', async () => {
    const { app, token } = await asked();
    const parts = readTaskToken(token);
    if (parts === undefined) throw new Error('the token is one');
    const gone = writeTaskToken({ ...parts, executionArn: executionArn('order', 'gone') });

    const answer = app.sendTaskHeartbeat(gone);

    await expect(answer).rejects.toMatchObject({ code: 'TASK_DOES_NOT_EXIST' });
  });

  it('is too large, or no JSON', async () => {
    const { app, executionId, token } = await asked();

    const large = app.sendTaskSuccess(token, 'x'.repeat(1_000));
    await expect(large).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
    const noJson = app.sendTaskSuccess(token, JSON.parse.bind(null) as never);
    await expect(noJson).rejects.toMatchObject({ code: 'INVALID_OUTPUT' });
    const long = app.sendTaskFailure(token, { error: 'x'.repeat(257) });
    await expect(long).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

    expect(await app.store.getExecution(executionId)).toMatchObject({ status: 'RUNNING' });
  });
});
