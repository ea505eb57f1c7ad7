/** The reply of a nested execution's end to the Task that started it. */
import { describe, expect, it } from 'vitest';
import {
  createReplySignal,
  type EndedExecution,
  encodeReplyTo,
} from '../../../lib/roles/callbacks/reply.ts';
import { decodeSignal } from '../../../lib/roles/callbacks/signal-event.ts';

const ended: EndedExecution = {
  arn: 'arn:aws:states:us-east-1:000000000000:execution:child:one',
  machineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:child',
  name: 'one',
  input: '{"a":1}',
  startedAt: 1_000,
  stoppedAt: 2_000,
  finish: { status: 'SUCCEEDED', output: { b: 2 } },
};

const known = {
  ExecutionArn: ended.arn,
  Input: '{"a":1}',
  InputDetails: { Included: true },
  Name: 'one',
  StartDate: 1_000,
  StateMachineArn: ended.machineArn,
  StopDate: 2_000,
};

function answer(form: 'sync' | 'sync:2', changes: Partial<EndedExecution> = {}) {
  const replyTo = encodeReplyTo({ executionId: 'parent', command: '4:0', form });
  const { executionId, event } = createReplySignal(replyTo, { ...ended, ...changes });
  return { executionId, event: decodeSignal(event) };
}

describe('the reply to a parent', () => {
  it('the reply of a succeeded execution is its description, with documents as strings', () => {
    expect(answer('sync')).toEqual({
      executionId: 'parent',
      event: {
        type: 'commandSucceeded',
        command: '4:0',
        result: {
          ...known,
          Output: '{"b":2}',
          OutputDetails: { Included: true },
          Status: 'SUCCEEDED',
        },
      },
    });
  });

  it('the reply of the form sync:2 has documents as JSON', () => {
    expect(answer('sync:2').event).toMatchObject({
      result: { Input: { a: 1 }, Output: { b: 2 }, Status: 'SUCCEEDED' },
    });
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'the reply of an execution that ended %s is a failure',
    (status) => {
      const { event } = answer('sync', { finish: { status, error: 'E', cause: 'why' } });

      expect(event).toMatchObject({
        type: 'commandFailed',
        command: '4:0',
        error: 'States.TaskFailed',
      });
      expect(JSON.parse('cause' in event ? (event.cause ?? '') : '')).toEqual({
        ...known,
        Status: status,
        Error: 'E',
        Cause: 'why',
      });
    },
  );

  it('the reply leaves out fields without a value', () => {
    const { event } = answer('sync', { finish: { status: 'TIMED_OUT' } });

    const cause: unknown = JSON.parse('cause' in event ? (event.cause ?? '') : '');
    expect(cause).toEqual({ ...known, Status: 'TIMED_OUT' });
  });
});
