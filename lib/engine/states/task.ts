/**
 * Task: sends a command out and waits for its answer, at most `TimeoutSeconds`, with a heartbeat at
 * least every `HeartbeatSeconds`. It runs again, with a new command, for every retry. A command
 * that outsiders answer has a task token, made before its parameters are, which may name it.
 */
import type { TaskState } from '../../asl/definition.ts';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
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
  checkParameters,
  type ParameterFormats,
  parameterFormatsOf,
} from '../task/parameter-formats.ts';
import {
  recordFailed,
  recordScheduled,
  recordStarted,
  recordSubmitted,
  recordSucceeded,
  recordTimedOut,
  type TaskTiming,
} from '../task/task-events.ts';
import {
  type CallPattern,
  callPatternOf,
  hasTaskToken,
  type TaskKind,
  taskKindOf,
} from '../task/task-resource.ts';
import { nonceFrom, writeTaskToken } from '../task/task-token.ts';
import type { Visit } from '../visit.ts';

/** A compiled Task state. */
export interface TaskNode {
  readonly type: 'Task';
  readonly name: string;
  readonly next: string | null;
  readonly resource: string;
  readonly kind: TaskKind;
  readonly pattern: CallPattern;
  readonly formats: ParameterFormats | undefined;
  readonly credentials: Reader<JsonObject> | undefined;
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
  const kind = taskKindOf(state.Resource);
  return {
    type: 'Task',
    name,
    next: state.Next ?? null,
    resource: state.Resource,
    kind,
    pattern: callPatternOf(kind),
    formats: parameterFormatsOf(kind),
    credentials: compileCredentials(state, language),
    flow: language.flow(state),
    recovery: compileRecovery(state, language),
    timeout: seconds('TimeoutSeconds', TimeoutSeconds, TimeoutSecondsPath),
    heartbeat: seconds('HeartbeatSeconds', HeartbeatSeconds, HeartbeatSecondsPath),
  };
}

/** Sends the command out; blocked until it is answered. */
export function runTask(visit: Visit, node: TaskNode): Step {
  const { turn } = visit;
  visit.taskToken = hasTaskToken(node.pattern) ? newTaskToken(visit) : undefined;
  const effective = node.flow.effective(visit);
  const { value, recomputable } = shapeParameters(visit, node, effective);
  if (node.formats !== undefined) checkParameters(node.formats, value);
  const timing = timingOf(visit, node, effective);
  const credentials = node.credentials?.(visit, effective);
  const roleArn = credentials?.RoleArn;
  recordScheduled(visit, node, {
    parameters: turn.textOf(value, node.name),
    timing,
    roleArn: typeof roleArn === 'string' ? roleArn : undefined,
  });
  turn.send(invocation(visit, node, value, credentials));
  const timed = taskDoing(visit, node, timing);
  const doing = credentials === undefined ? timed : { ...timed, credentials };
  return { kind: 'blocked', doing: recomputable ? doing : { ...doing, parameters: value } };
}

/** The command of a visit that is blocked on it, to be sent again. */
export function repeatTask(visit: Visit, node: TaskNode, doing: TaskDoing): InvokeEffect {
  const parameters =
    doing.parameters ?? shapeParameters(visit, node, node.flow.effective(visit)).value;
  return invocation(visit, node, parameters, doing.credentials);
}

/** The request was accepted; the answer is yet to come. */
export function submitTask(visit: Visit, node: TaskNode, doing: TaskDoing, output: Json): Step {
  const text = textOrFailure(visit, node, output);
  if (typeof text !== 'string') return text;
  recordSubmitted(visit, node.kind, text);
  return { kind: 'blocked', doing: { ...doing, submitted: true } };
}

/** A worker has taken the work up, and has to show that it is alive from now on. */
export function startTask(visit: Visit, doing: TaskDoing, workerName: string | undefined): Step {
  recordStarted(visit, workerName);
  const { heartbeatMs } = doing;
  const started: TaskDoing = { ...doing, submitted: true, started: true };
  if (heartbeatMs === undefined) return { kind: 'blocked', doing: started };
  return { kind: 'blocked', doing: { ...started, heartbeatAt: visit.turn.at + heartbeatMs } };
}

/** What an answer with a result leads to; a result over the payload limit is a failure. */
export function succeedTask(visit: Visit, node: TaskNode, result: Json): Step {
  const text = textOrFailure(visit, node, result);
  if (typeof text !== 'string') return text;
  recordSucceeded(visit, node.kind, text);
  visit.note('result', result);
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

/** The text of what came back, or the failure that it is too long. */
function textOrFailure(visit: Visit, node: TaskNode, document: Json): string | Failed {
  try {
    return visit.turn.textOf(document, node.resource);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failTask(visit, node, thrown.error, thrown.causeText);
  }
}

function newTaskToken({ turn, enteredId, attempt }: Visit): string {
  return writeTaskToken({
    executionArn: turn.identity.arn,
    command: `${enteredId}:${attempt}`,
    nonce: nonceFrom(turn.random),
  });
}

function compileCredentials(
  { Credentials }: TaskState,
  language: QueryLanguage,
): Reader<JsonObject> | undefined {
  if (Credentials === undefined) return undefined;
  const payload = language.payload(Credentials, 'Credentials');
  return (visit, effective) => {
    const credentials = payload(visit, effective);
    if (isObject(credentials) && typeof credentials.RoleArn === 'string') return credentials;
    throw new StateError(
      ErrorName.runtime,
      `The field 'Credentials' must give a RoleArn that is a string, but was: ${JSON.stringify(credentials)}`,
    );
  };
}

function invocation(
  visit: Visit,
  node: TaskNode,
  parameters: Json,
  credentials: JsonObject | undefined,
): InvokeEffect {
  const { taskToken, enteredId, attempt } = visit;
  const invoke: InvokeEffect = {
    type: 'invoke',
    command: `${enteredId}:${attempt}`,
    resource: node.resource,
    pattern: node.pattern,
    stateName: node.name,
    parameters,
    attempt,
  };
  // most have neither, and every task passes here
  if (taskToken === undefined && credentials === undefined) return invoke;
  return {
    ...invoke,
    ...(taskToken === undefined ? {} : { taskToken }),
    ...(credentials === undefined ? {} : { credentials }),
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

const plainDoing: TaskDoing = Object.freeze({ kind: 'task' });

function taskDoing(
  { turn, taskToken }: Visit,
  { pattern }: TaskNode,
  timing: TaskTiming,
): TaskDoing {
  if (timing === untimed && taskToken === undefined) return plainDoing;
  const { timeoutInSeconds, heartbeatInSeconds } = timing;
  const heartbeatMs = heartbeatInSeconds === undefined ? undefined : duration(heartbeatInSeconds);
  return {
    kind: 'task',
    ...(timeoutInSeconds === undefined ? {} : { timeoutAt: turn.at + duration(timeoutInSeconds) }),
    // an activity's worker owes none before it has taken the work up
    ...(heartbeatMs === undefined || pattern === 'activity'
      ? {}
      : { heartbeatAt: turn.at + heartbeatMs }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(taskToken === undefined ? {} : { taskToken }),
  };
}

function duration(seconds: number): number {
  return Math.min(seconds * 1_000, durationMsMax);
}
