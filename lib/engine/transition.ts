import { ErrorName, StateError } from '../asl/state-error.ts';
import { assertNever } from '../errors.ts';
import { cancelCommands } from './abort.ts';
import type { Effect } from './effect.ts';
import type { EngineEvent } from './event.ts';
import type { ExecutionIdentity } from './execution-identity.ts';
import {
  type FailureDetails,
  type HistoryEvent,
  notTruncated,
  truncated,
} from './history-event.ts';
import type { Machine } from './machine.ts';
import { type Branch, type Done, isDone, type Snapshot } from './snapshot.ts';
import { type EndStatus, isEnd } from './status.ts';
import { toFailureDetails } from './step.ts';
import { TransitionContext, type VisitMark } from './transition-context.ts';
import { type Frame, newBranch } from './visit.ts';
import { type Answer, concerns, type Wake, wakeBranch } from './wake.ts';

/** The result of applying an event. */
export interface Transition {
  /** The same object as before when the event changed nothing. */
  readonly snapshot: Snapshot;
  /** To carry out in order, once the snapshot is durable. */
  readonly effects: Effect[];
  /** The events to append to the history, ids ascending without a gap. */
  readonly history: HistoryEvent[];
  /** Retries, caught failures and exits of states, for figures. */
  readonly marks: readonly VisitMark[];
  /** What it took, in the units of `Budget`: whoever applies many should pause after a while. */
  readonly work: number;
}

/**
 * Applies an event to an execution: the only function that changes one. An event that no longer
 * matters (a late answer, an abort after the end) changes nothing.
 *
 * Pure and synchronous: the time and all random numbers come from the event, no argument is
 * modified, and an error in a user's data becomes a failure of the state. It continues through
 * states that need nothing from outside until every branch is blocked, and enters at most
 * `stepsPerTransitionMax` states, fewer when they do much work; a branch with more to enter then
 * waits for a timer that is due at once, so that the caller makes a checkpoint in between.
 */
export function transition(
  machine: Machine,
  identity: ExecutionIdentity,
  snapshot: Snapshot,
  event: EngineEvent,
): Transition {
  if (!matters(snapshot, event)) return { snapshot, effects: [], history: [], marks: [], work: 0 };
  // Workers' clocks differ, and time must not go back when another worker runs the execution.
  const at = Math.max(event.at, snapshot.latestAt);
  const context = new TransitionContext(machine, identity, snapshot, { at, seed: event.seed });
  const applied = limitHistory(context, snapshot, apply(context, snapshot, event));
  const { effects, history, marks } = context;
  const work = context.budget.spent;
  if (applied === snapshot) return { snapshot, effects, history, marks, work };
  const historyBytes = (snapshot.historyBytes ?? 0) + context.historyBytes;
  const { mockedCalls } = context;
  const after = { ...applied, latestAt: at, historyBytes, ...(mockedCalls && { mockedCalls }) };
  return { snapshot: after, effects, history, marks, work };
}

function matters({ status }: Snapshot, { type }: EngineEvent): boolean {
  switch (type) {
    case 'started':
      return status === 'PENDING';
    case 'redriven':
      return isEnd(status) && status !== 'SUCCEEDED';
    case 'aborted':
    case 'failed':
      return !isEnd(status);
    default:
      return status === 'RUNNING';
  }
}

function apply(context: TransitionContext, snapshot: Snapshot, event: EngineEvent): Snapshot {
  switch (event.type) {
    case 'started':
      return start(context, snapshot);
    case 'commandSucceeded':
    case 'commandFailed':
    case 'commandSubmitted':
    case 'commandStarted':
    case 'commandHeld':
    case 'commandPermitted':
    case 'heartbeatReceived':
      return wake(context, snapshot, toAnswer(event));
    case 'timersDue':
      if (snapshot.deadline !== null && snapshot.deadline <= event.at) {
        return end(context, snapshot, 'TIMED_OUT', { error: ErrorName.timeout });
      }
      return wake(context, snapshot, { kind: 'timers', at: event.at });
    case 'aborted':
      return end(context, snapshot, 'ABORTED', toFailureDetails(event.error, event.cause));
    case 'failed':
      return end(context, snapshot, 'FAILED', toFailureDetails(event.error, event.cause));
    case 'redriven':
      return redrive(context, snapshot);
    default:
      return assertNever(event);
  }
}

/**
 * Fails the execution when its history reaches a maximum without an end, as in AWS: the last event
 * becomes the end, and everything that this transition did after it is discarded.
 */
function limitHistory(context: TransitionContext, before: Snapshot, after: Snapshot): Snapshot {
  const { historyEventsMax, historyBytesMax } = context.machine.limits;
  const needed = context.lastEventId + (after.status === 'RUNNING' ? 1 : 0);
  if (needed > historyEventsMax) {
    context.rewind(historyEventsMax - 1);
    return failAtLimit(context, before, `number of history events (${historyEventsMax})`);
  }
  if (after.status !== 'RUNNING') return after;
  if ((before.historyBytes ?? 0) + context.historyBytes <= historyBytesMax) return after;
  context.rewind(Math.max(before.lastEventId, 1));
  return failAtLimit(context, before, `size of its history (${historyBytesMax} bytes)`);
}

function failAtLimit(context: TransitionContext, before: Snapshot, limit: string): Snapshot {
  const { startedAt, redrives } = context;
  const running: Snapshot = { ...before, status: 'RUNNING', startedAt, redrives, outcome: null };
  return end(context, running, 'FAILED', {
    error: ErrorName.runtime,
    cause: `The execution reached the maximum ${limit}.`,
  });
}

function toAnswer(event: Extract<EngineEvent, { command: string }>): Answer {
  const { command } = event;
  const kind = 'answer';
  const enteredId = Number.parseInt(command, 10);
  switch (event.type) {
    case 'commandSucceeded':
      return { kind, command, enteredId, outcome: 'succeeded', result: event.result };
    case 'commandFailed': {
      const { error, cause } = event;
      return { kind, command, enteredId, outcome: 'failed', error, cause };
    }
    case 'commandSubmitted':
      return { kind, command, enteredId, outcome: 'submitted', output: event.output };
    case 'commandStarted':
      return { kind, command, enteredId, outcome: 'started', workerName: event.workerName };
    case 'commandHeld':
      return { kind, command, enteredId, outcome: 'held' };
    case 'commandPermitted':
      return { kind, command, enteredId, outcome: 'permitted' };
    default:
      return { kind, command, enteredId, outcome: 'heartbeat' };
  }
}

function start(context: TransitionContext, snapshot: Snapshot): Snapshot {
  const running = begin(context, snapshot);
  if (running.status !== 'RUNNING') return running;
  return wake(context, running, { kind: 'timers', at: context.at });
}

/** Makes a pending execution RUNNING. An input over the limits fails it at once. */
function begin(context: TransitionContext, snapshot: Snapshot): Snapshot {
  const { machine, identity, at } = context;
  const { timeoutMs } = machine;
  context.startedAt = at;
  const deadline = timeoutMs === null ? null : at + timeoutMs;
  const failure = checkInput(context);
  context.record('ExecutionStarted', 0, {
    executionStartedEventDetails: {
      input: failure === undefined ? context.encode(identity.input, identity.name) : '',
      inputDetails: failure === undefined ? notTruncated : truncated,
      roleArn: identity.roleArn,
    },
  });
  const { lastEventId } = context;
  const running: Snapshot = {
    ...snapshot,
    status: 'RUNNING',
    lastEventId,
    startedAt: at,
    deadline,
  };
  if (failure !== undefined) return end(context, running, 'FAILED', failure);
  return { ...running, root: newBranch(machine.graph, identity.input, 0, at) };
}

function checkInput(context: TransitionContext): FailureDetails | undefined {
  try {
    context.encode(context.identity.input, context.identity.name);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return toFailureDetails(thrown.error, thrown.causeText);
  }
}

/** Runs the branches that the event concerns; the execution ends when its root does. */
function wake(context: TransitionContext, snapshot: Snapshot, cause: Wake): Snapshot {
  const { root } = snapshot;
  if (root === null || !concerns(cause, root)) return snapshot;
  const woken = wakeBranch(context, rootFrame(context.machine), root, cause);
  if (woken === root) return snapshot;
  if (isDone(woken)) return succeed(context, snapshot, woken);
  const { failure } = woken;
  if (failure === undefined) return { ...snapshot, lastEventId: context.lastEventId, root: woken };
  return end(context, { ...snapshot, root: woken }, 'FAILED', failure);
}

function rootFrame({ graph }: Machine): Frame {
  return { graph, host: null, index: 0 };
}

function succeed(context: TransitionContext, snapshot: Snapshot, root: Done): Snapshot {
  const { output } = root;
  context.record('ExecutionSucceeded', root.lastId, {
    executionSucceededEventDetails: {
      output: context.encode(output, context.identity.name),
      outputDetails: notTruncated,
    },
  });
  context.effects.push({ type: 'finish', status: 'SUCCEEDED', output });
  return {
    ...snapshot,
    status: 'SUCCEEDED',
    lastEventId: context.lastEventId,
    deadline: null,
    root,
  };
}

/** Ends the execution unsuccessfully in any status; its branches are kept for a redrive. */
function end(
  context: TransitionContext,
  snapshot: Snapshot,
  status: Exclude<EndStatus, 'SUCCEEDED'>,
  failure: FailureDetails,
): Snapshot {
  const running = snapshot.status === 'PENDING' ? begin(context, snapshot) : snapshot;
  if (running.status !== 'RUNNING') return running;
  const { root } = running;
  if (root !== null) cancelCommands(context, root);
  recordEnd(context, status, failure, root);
  context.effects.push({ type: 'finish', status, ...failure });
  const { lastEventId } = context;
  return { ...running, status, lastEventId, deadline: null, outcome: failure };
}

/** A failure of the root follows the root's last event; an end from outside follows no event. */
function recordEnd(
  context: TransitionContext,
  status: Exclude<EndStatus, 'SUCCEEDED'>,
  failure: FailureDetails,
  root: Branch | Done | null,
): void {
  const ownFailure = root !== null && !isDone(root) && root.failure === failure;
  const previous = ownFailure ? root.lastId : 0;
  switch (status) {
    case 'FAILED':
      context.record('ExecutionFailed', previous, { executionFailedEventDetails: failure });
      break;
    case 'TIMED_OUT':
      context.record('ExecutionTimedOut', previous, { executionTimedOutEventDetails: {} });
      break;
    case 'ABORTED':
      context.record('ExecutionAborted', previous, { executionAbortedEventDetails: failure });
      break;
    default:
      assertNever(status);
  }
}

/** Makes an ended execution RUNNING again: keeps what succeeded, and restarts the timeout. */
function redrive(context: TransitionContext, snapshot: Snapshot): Snapshot {
  const { machine, identity, at } = context;
  context.redrives += 1;
  const redrivenId = context.record('ExecutionRedriven', snapshot.lastEventId, {
    executionRedrivenEventDetails: { redriveCount: context.redrives },
  });
  const running: Snapshot = {
    ...snapshot,
    status: 'RUNNING',
    lastEventId: redrivenId,
    deadline: machine.timeoutMs === null ? null : at + machine.timeoutMs,
    redrives: context.redrives,
    outcome: null,
  };
  if (snapshot.root !== null) return wake(context, running, { kind: 'redrive', redrivenId });
  const failure = checkInput(context);
  if (failure !== undefined) return end(context, running, 'FAILED', failure);
  const root = newBranch(machine.graph, identity.input, redrivenId, at);
  return wake(context, { ...running, root }, { kind: 'timers', at });
}
