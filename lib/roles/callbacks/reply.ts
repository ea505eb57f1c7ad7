/** The answer of a nested execution's end to the Task that started it with `.sync`. Pure. */
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import type { FinishEffect } from '../../engine/effect.ts';
import type { UntimedEvent } from '../../engine/event.ts';
import type { NewSignal } from '../../ports/store/signal-store.ts';
import { encodeSignal } from './signal-event.ts';

/** The command that waits for an execution's end. */
export interface ReplyTo {
  readonly executionId: string;
  readonly command: string;
  /** `sync` writes input and output as JSON texts, `sync:2` as JSON. */
  readonly form: 'sync' | 'sync:2';
}

/** An execution that has ended. Times are in milliseconds since 1970. */
export interface EndedExecution {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly finish: Omit<FinishEffect, 'type'>;
}

/** Returns `replyTo` as it is stored. */
export function encodeReplyTo(replyTo: ReplyTo): string {
  return JSON.stringify(replyTo);
}

/** Returns the signal that answers the command named by `replyTo`. */
export function createReplySignal(replyTo: string, ended: EndedExecution): NewSignal {
  const { executionId, command, form } = decodeReplyTo(replyTo);
  return { executionId, event: encodeSignal(toAnswer(command, form, ended)) };
}

function decodeReplyTo(text: string): ReplyTo {
  const parsed: Json = JSON.parse(text);
  if (!isObject(parsed)) throw new Error('invariant broken: replyTo is an object');
  const { executionId, command, form } = parsed;
  if (typeof executionId === 'string' && typeof command === 'string') {
    if (form === 'sync' || form === 'sync:2') return { executionId, command, form };
  }
  throw new Error(`invariant broken: replyTo names a command and a form, not ${text}`);
}

function toAnswer(command: string, form: ReplyTo['form'], ended: EndedExecution): UntimedEvent {
  const { finish } = ended;
  if (finish.status === 'SUCCEEDED') {
    return { type: 'commandSucceeded', command, result: describe(form, ended) };
  }
  const cause = JSON.stringify(describe(form, ended));
  return { type: 'commandFailed', command, error: 'States.TaskFailed', cause };
}

/**
 * Describes the execution as `DescribeExecution` does, with Step Functions' field order and times.
 */
function describe(form: ReplyTo['form'], ended: EndedExecution): JsonObject {
  const { status, output, error, cause } = ended.finish;
  return {
    ...(cause === undefined ? {} : { Cause: cause }),
    ...(error === undefined ? {} : { Error: error }),
    ExecutionArn: ended.arn,
    Input: form === 'sync' ? ended.input : parseJson(ended.input),
    InputDetails: { Included: true },
    Name: ended.name,
    ...(output === undefined
      ? {}
      : {
          Output: form === 'sync' ? JSON.stringify(output) : output,
          OutputDetails: { Included: true },
        }),
    StartDate: ended.startedAt,
    StateMachineArn: ended.machineArn,
    Status: status,
    StopDate: ended.stoppedAt,
  };
}
