/**
 * Task: sends a command out and waits for its answer, at most `TimeoutSeconds`, with a heartbeat at
 * least every `HeartbeatSeconds`. It runs again, with a new command, for every retry.
 */
import type { TaskState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { InvokeEffect } from '../effect.ts';
import {
  type DataFlow,
  type QueryLanguage,
  type Reader,
  read,
} from '../language/query-language.ts';
import { durationMsMax } from '../limits.ts';
import { compileRecovery, type Recovery } from '../recovery.ts';
import type { TaskDoing } from '../snapshot.ts';
import { type Failed, failureOf, finished, type Step } from '../step.ts';
import {
  recordFailed,
  recordScheduled,
  recordSucceeded,
  recordTimedOut,
  type TaskKind,
  type TaskTiming,
  taskKindOf,
} from '../task-events.ts';
import type { Visit } from '../visit.ts';

/** A compiled Task state. */
export interface TaskNode {
  readonly type: 'Task';
  readonly name: string;
  readonly next: string | null;
  readonly resource: string;
  readonly kind: TaskKind;
  readonly flow: DataFlow;
  readonly recovery: Recovery;
  readonly timeout: Seconds;
  readonly heartbeat: Seconds;
}

type Seconds = Reader<number> | number | undefined;

/** Compiles a Task state. */
export function compileTask(name: string, state: TaskState, language: QueryLanguage): TaskNode {
  const { TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds, HeartbeatSecondsPath } = state;
  const seconds = (field: string, value: number | string | undefined, path: string | undefined) =>
    language.integer({ name: field, value, path, least: 1 });
  return {
    type: 'Task',
    name,
    next: state.Next ?? null,
    resource: state.Resource,
    kind: taskKindOf(state.Resource),
    flow: language.flow(state),
    recovery: compileRecovery(state, language),
    timeout: seconds('TimeoutSeconds', TimeoutSeconds, TimeoutSecondsPath),
    heartbeat: seconds('HeartbeatSeconds', HeartbeatSeconds, HeartbeatSecondsPath),
  };
}

/** Sends the command out; blocked until it is answered. */
export function runTask(visit: Visit, node: TaskNode): Step {
  const { turn } = visit;
  const effective = node.flow.effective(visit);
  const { value, recomputable } = shapeParameters(visit, node, effective);
  const timing = timingOf(visit, node, effective);
  recordScheduled(visit, node, turn.textOf(value, node.name), timing);
  turn.invoke(invocation(visit, node, value));
  return { kind: 'blocked', doing: taskDoing(turn.at, timing, recomputable ? undefined : value) };
}

/** The command of a visit that is blocked on it, to be sent again. */
export function repeatTask(visit: Visit, node: TaskNode, doing: TaskDoing): InvokeEffect {
  if (doing.parameters !== undefined) return invocation(visit, node, doing.parameters);
  const effective = node.flow.effective(visit);
  return invocation(visit, node, shapeParameters(visit, node, effective).value);
}

/** What an answer with a result leads to; a result over the payload limit is a failure. */
export function succeedTask(visit: Visit, node: TaskNode, result: Json): Step {
  let text: string;
  try {
    text = visit.turn.textOf(result, node.resource);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failTask(visit, node, thrown.error, thrown.causeText);
  }
  recordSucceeded(visit, node.kind, text);
  return finished(node.flow.settle(visit, result), node.next);
}

/** What an answer with an error leads to. */
export function failTask(visit: Visit, node: TaskNode, error: string, cause: string): Failed {
  const failure = failureOf(error, cause);
  recordFailed(visit, node.kind, failure);
  return { kind: 'failed', ...failure };
}

/**
 * What a passed time limit leads to: reported as `States.Timeout`, a missed heartbeat also caught
 * by its own name.
 */
export function timeOutTask(visit: Visit, node: TaskNode, doing: TaskDoing): Failed {
  const { timeoutAt = Number.POSITIVE_INFINITY, heartbeatAt = Number.POSITIVE_INFINITY } = doing;
  recordTimedOut(visit, node.kind, ErrorName.timeout);
  const failure: Failed = { kind: 'failed', error: ErrorName.timeout };
  if (timeoutAt <= heartbeatAt) return failure;
  return { ...failure, matchedAs: ErrorName.heartbeatTimeout };
}

function invocation(visit: Visit, node: TaskNode, parameters: Json): InvokeEffect {
  return {
    type: 'invoke',
    command: `${visit.enteredId}:${visit.attempt}`,
    resource: node.resource,
    stateName: node.name,
    parameters,
    attempt: visit.attempt,
  };
}

/** A random number or the time that went in will be another: such parameters have to be kept. */
function shapeParameters(
  visit: Visit,
  node: TaskNode,
  effective: Json,
): { value: Json; recomputable: boolean } {
  let recomputable = true;
  const value = node.flow.given(visit, effective, () => {
    recomputable = false;
  });
  return { value, recomputable };
}

const untimed: TaskTiming = Object.freeze({});

function timingOf(visit: Visit, node: TaskNode, effective: Json): TaskTiming {
  if (node.timeout === undefined && node.heartbeat === undefined) return untimed;
  const timeout = read(node.timeout, visit, effective);
  const heartbeat = read(node.heartbeat, visit, effective);
  return {
    ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
  };
}

function taskDoing(at: number, timing: TaskTiming, parameters: Json | undefined): TaskDoing {
  const { timeoutInSeconds, heartbeatInSeconds } = timing;
  return {
    kind: 'task',
    ...(timeoutInSeconds === undefined ? {} : { timeoutAt: at + duration(timeoutInSeconds) }),
    ...(heartbeatInSeconds === undefined
      ? {}
      : {
          heartbeatAt: at + duration(heartbeatInSeconds),
          heartbeatMs: duration(heartbeatInSeconds),
        }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

function duration(seconds: number): number {
  return Math.min(seconds * 1_000, durationMsMax);
}
