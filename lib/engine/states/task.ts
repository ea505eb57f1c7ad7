/**
 * Task: sends a command and waits for its answer, at most `TimeoutSeconds`, with a heartbeat at
 * least every `HeartbeatSeconds`. Every retry sends a new command. A command that is answered from
 * outside has a task token, which is created before the parameters because they may contain it.
 */
import type { TaskState } from '../../asl/definition.ts';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { InvokeEffect } from '../effect.ts';
import { type QueryLanguage, type Reader, read } from '../language/query-language.ts';
import { durationMsMax } from '../limits.ts';
import type { TaskNode } from '../node.ts';
import { deriveSecret } from '../random.ts';
import { compileRecovery } from '../recovery.ts';
import { commandName, type TaskDoing } from '../snapshot.ts';
import { type Failed, finished, type Step, toFailureDetails } from '../step.ts';
import { checkParameters, findParameterFormats } from '../task/parameter-formats.ts';
import {
  recordFailed,
  recordScheduled,
  recordStarted,
  recordSubmitted,
  recordSucceeded,
  recordTimedOut,
  type TaskTiming,
} from '../task/task-events.ts';
import { findCallPattern, hasTaskToken, parseTaskKind } from '../task/task-resource.ts';
import { writeTaskToken } from '../task/task-token.ts';
import type { Visit } from '../visit.ts';

/** Compiles a Task state. */
export function compileTask(name: string, state: TaskState, language: QueryLanguage): TaskNode {
  const { TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds, HeartbeatSecondsPath } = state;
  const seconds = (field: string, value: number | string | undefined, path: string | undefined) =>
    language.compileInteger({ name: field, value, path, min: 1 });
  const kind = parseTaskKind(state.Resource);
  return {
    type: 'Task',
    name,
    next: state.Next ?? null,
    resource: state.Resource,
    kind,
    pattern: findCallPattern(kind),
    formats: findParameterFormats(kind),
    credentials: compileCredentials(state, language),
    flow: language.compileFlow(state),
    recovery: compileRecovery(state, language),
    timeout: seconds('TimeoutSeconds', TimeoutSeconds, TimeoutSecondsPath),
    heartbeat: seconds('HeartbeatSeconds', HeartbeatSeconds, HeartbeatSecondsPath),
  };
}

/** Sends the command; blocked until it is answered. */
export function runTask(visit: Visit, node: TaskNode): Step {
  const { transition } = visit;
  visit.taskToken = hasTaskToken(node.pattern) ? createTaskToken(visit) : undefined;
  const effective = node.flow.effectiveInput(visit);
  const { value, recomputable } = shapeParameters(visit, node, effective);
  if (node.formats !== undefined) checkParameters(node.formats, value);
  const timing = readTiming(visit, node, effective);
  const credentials = node.credentials?.(visit, effective);
  const roleArn = credentials?.RoleArn;
  recordScheduled(visit, node, {
    parameters: transition.encode(value, node.name),
    timing,
    roleArn: typeof roleArn === 'string' ? roleArn : undefined,
  });
  const mockedCall = transition.countMockedCall(node.name);
  transition.send(withMockedCall(createInvocation(visit, node, value, credentials), mockedCall));
  const timed = withMockedCall(createTaskDoing(visit, node, timing), mockedCall);
  const doing = credentials === undefined ? timed : { ...timed, credentials };
  return { kind: 'blocked', doing: recomputable ? doing : { ...doing, parameters: value } };
}

/** Returns the command that the visit is blocked on, to send it again. */
export function resendTask(visit: Visit, node: TaskNode, doing: TaskDoing): InvokeEffect {
  const parameters =
    doing.parameters ?? shapeParameters(visit, node, node.flow.effectiveInput(visit)).value;
  const invocation = createInvocation(visit, node, parameters, doing.credentials);
  return withMockedCall(invocation, doing.mockedCall);
}

/** Records that the request was accepted; the answer follows later. */
export function submitTask(visit: Visit, node: TaskNode, doing: TaskDoing, output: Json): Step {
  const text = encodeOrFail(visit, node, output);
  if (typeof text !== 'string') return text;
  recordSubmitted(visit, node.kind, text);
  return { kind: 'blocked', doing: { ...doing, submitted: true } };
}

/** Records that a worker has started the work, and starts the heartbeat timeout. */
export function startTask(visit: Visit, doing: TaskDoing, workerName: string | undefined): Step {
  recordStarted(visit, workerName);
  const { heartbeatMs } = doing;
  const started: TaskDoing = { ...doing, submitted: true, started: true };
  if (heartbeatMs === undefined) return { kind: 'blocked', doing: started };
  return { kind: 'blocked', doing: { ...started, heartbeatAt: visit.transition.at + heartbeatMs } };
}

/** Finishes the state with a result; a result over the payload limit is a failure. */
export function succeedTask(visit: Visit, node: TaskNode, result: Json): Step {
  const text = encodeOrFail(visit, node, result);
  if (typeof text !== 'string') return text;
  recordSucceeded(visit, node.kind, text);
  visit.inspect('result', result);
  return finished(node.flow.applyResult(visit, result), node.next);
}

/** Fails the state with an error that was answered; the answer may leave out either field. */
export function failTask(
  visit: Visit,
  node: TaskNode,
  error: string | undefined,
  cause: string | undefined,
): Failed {
  const failure = toFailureDetails(error, cause);
  recordFailed(visit, node.kind, failure);
  return { kind: 'failed', ...failure, isReported: true };
}

/**
 * Fails the state when a time limit has passed. The error is `States.Timeout`; a missed heartbeat
 * also matches `States.HeartbeatTimeout`.
 */
export function timeOutTask(visit: Visit, node: TaskNode, doing: TaskDoing): Failed {
  const { timeoutAt = Number.POSITIVE_INFINITY, heartbeatAt = Number.POSITIVE_INFINITY } = doing;
  recordTimedOut(visit, node.kind, ErrorName.timeout);
  const failure: Failed = { kind: 'failed', error: ErrorName.timeout };
  if (timeoutAt <= heartbeatAt) return failure;
  return { ...failure, matchedAs: ErrorName.heartbeatTimeout };
}

/** Returns the JSON text of a result, or the failure that it exceeds the limits. */
function encodeOrFail(visit: Visit, node: TaskNode, document: Json): string | Failed {
  try {
    return visit.transition.encode(document, node.resource);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failTask(visit, node, thrown.error, thrown.causeText);
  }
}

function createTaskToken(visit: Visit): string {
  const { identity, seed } = visit.transition;
  const command = commandName(visit);
  return writeTaskToken({
    executionArn: identity.arn,
    command,
    nonce: deriveSecret(seed, ['task token', identity.arn, command]),
  });
}

function compileCredentials(
  { Credentials }: TaskState,
  language: QueryLanguage,
): Reader<JsonObject> | undefined {
  if (Credentials === undefined) return undefined;
  const payload = language.compilePayload(Credentials, 'Credentials');
  return (visit, effective) => {
    const credentials = payload(visit, effective);
    if (isObject(credentials) && typeof credentials.RoleArn === 'string') return credentials;
    throw new StateError(
      ErrorName.runtime,
      `The field 'Credentials' must give a RoleArn that is a string, but was: ${JSON.stringify(credentials)}`,
    );
  };
}

function createInvocation(
  visit: Visit,
  node: TaskNode,
  parameters: Json,
  credentials: JsonObject | undefined,
): InvokeEffect {
  const { taskToken, attempt } = visit;
  const invoke: InvokeEffect = {
    type: 'invoke',
    command: commandName(visit),
    resource: node.resource,
    pattern: node.pattern,
    stateName: node.name,
    parameters,
    retryCount: attempt,
  };
  // The fast path: most tasks have neither.
  if (taskToken === undefined && credentials === undefined) return invoke;
  return {
    ...invoke,
    ...(taskToken === undefined ? {} : { taskToken }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

function withMockedCall<Call extends InvokeEffect | TaskDoing>(
  call: Call,
  mockedCall: number | undefined,
): Call {
  return mockedCall === undefined ? call : { ...call, mockedCall };
}

/** Parameters that depend on a random number or the time are not recomputable. */
function shapeParameters(
  visit: Visit,
  node: TaskNode,
  effective: Json,
): { value: Json; recomputable: boolean } {
  let recomputable = true;
  const value = node.flow.parameters(visit, effective, () => {
    recomputable = false;
  });
  return { value, recomputable };
}

const untimed: TaskTiming = Object.freeze({});

function readTiming(visit: Visit, node: TaskNode, effective: Json): TaskTiming {
  if (node.timeout === undefined && node.heartbeat === undefined) return untimed;
  const timeout = read(node.timeout, visit, effective);
  const heartbeat = read(node.heartbeat, visit, effective);
  return {
    ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
  };
}

const plainDoing: TaskDoing = Object.freeze({ kind: 'task' });

function createTaskDoing(
  { transition, taskToken }: Visit,
  { pattern }: TaskNode,
  timing: TaskTiming,
): TaskDoing {
  if (timing === untimed && taskToken === undefined) return plainDoing;
  const { timeoutInSeconds, heartbeatInSeconds } = timing;
  const heartbeatMs =
    heartbeatInSeconds === undefined ? undefined : toDurationMs(heartbeatInSeconds);
  return {
    kind: 'task',
    ...(timeoutInSeconds === undefined
      ? {}
      : { timeoutAt: transition.at + toDurationMs(timeoutInSeconds) }),
    // The worker of an activity sends no heartbeats before it has started the work.
    ...(heartbeatMs === undefined || pattern === 'activity'
      ? {}
      : { heartbeatAt: transition.at + heartbeatMs }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    ...(taskToken === undefined ? {} : { taskToken }),
  };
}

function toDurationMs(seconds: number): number {
  return Math.min(seconds * 1_000, durationMsMax);
}
