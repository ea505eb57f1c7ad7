/**
 * The only door: the one way in which an execution changes. Pure and synchronous; it reads no clock
 * and draws no random number but what the event brings, changes none of its arguments, and turns
 * whatever goes wrong with a user's data into a failure of the state. After an event it runs on
 * through all states that do no work outside until every branch is blocked, entering at most
 * `stepsPerTransitionMax` states; a branch that has more to enter then waits for a timer that is
 * due at once, so that the caller makes a checkpoint and goes on.
 */
import { ErrorName, StateError } from '../asl/state-error.ts';
import { assertNever } from '../errors.ts';
import { cancelCommands } from './abort.ts';
import type { Effect } from './effect.ts';
import type { EngineEvent } from './event.ts';
import type { ExecutionIdentity } from './execution-identity.ts';
import { type FailureDetails, type HistoryEvent, leftOut, whole } from './history-event.ts';
import type { Machine } from './machine.ts';
import { type Branch, type Done, isDone, type Snapshot } from './snapshot.ts';
import { type EndStatus, isEnd } from './status.ts';
import { failureOf } from './step.ts';
import { Turn } from './turn.ts';
import { beginning, type Frame } from './visit.ts';
import { type Answer, concerns, type Wake, wakeBranch } from './wake.ts';

/** What an event has led to. */
export interface Transition {
  /** The same object as before when nothing came of the event. */
  readonly snapshot: Snapshot;
  /** To carry out once the snapshot is durable, in order. */
  readonly effects: Effect[];
  /** The events to add to the history, ids ascending without a gap. */
  readonly history: HistoryEvent[];
}

/**
 * Applies `event`. An event that no longer matters (a late answer, an end that has come before)
 * changes nothing.
 */
export function transition(
  machine: Machine,
  identity: ExecutionIdentity,
  snapshot: Snapshot,
  event: EngineEvent,
): Transition {
  if (!matters(snapshot, event)) return { snapshot, effects: [], history: [] };
  // Workers' clocks differ, and an execution's time must not go back when it changes hands.
  const at = Math.max(event.at, snapshot.latestAt);
  const turn = new Turn(machine, identity, snapshot, { at, seed: event.seed });
  const applied = withinHistory(turn, snapshot, apply(turn, snapshot, event));
  const after = applied === snapshot ? snapshot : { ...applied, latestAt: at };
  return { snapshot: after, effects: turn.effects, history: turn.history };
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

function apply(turn: Turn, snapshot: Snapshot, event: EngineEvent): Snapshot {
  switch (event.type) {
    case 'started':
      return start(turn, snapshot);
    case 'commandSucceeded':
    case 'commandFailed':
    case 'commandSubmitted':
    case 'commandStarted':
    case 'heartbeatReceived':
      return wake(turn, snapshot, answerIn(event));
    case 'timersDue':
      if (snapshot.deadline !== null && snapshot.deadline <= event.at) {
        return end(turn, snapshot, 'TIMED_OUT', { error: ErrorName.timeout });
      }
      return wake(turn, snapshot, { kind: 'timers', at: event.at });
    case 'aborted':
      return end(turn, snapshot, 'ABORTED', failureOf(event.error, event.cause));
    case 'failed':
      return end(turn, snapshot, 'FAILED', failureOf(event.error, event.cause));
    case 'redriven':
      return redrive(turn, snapshot);
    default:
      return assertNever(event);
  }
}

/**
 * As at AWS: when the last event that a history may have is no end, it becomes one. What this
 * transition did beyond it is as if it had not been.
 */
function withinHistory(turn: Turn, before: Snapshot, after: Snapshot): Snapshot {
  const { historyEventsMax } = turn.machine.limits;
  const needed = turn.lastEventId + (after.status === 'RUNNING' ? 1 : 0);
  if (needed <= historyEventsMax) return after;
  turn.rewind(historyEventsMax - 1);
  const { startedAt, redrives } = turn;
  const running: Snapshot = { ...before, status: 'RUNNING', startedAt, redrives, outcome: null };
  return end(turn, running, 'FAILED', {
    error: ErrorName.runtime,
    cause: `The execution reached the maximum number of history events (${historyEventsMax}).`,
  });
}

function answerIn(event: Extract<EngineEvent, { command: string }>): Answer {
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
    default:
      return { kind, command, enteredId, outcome: 'alive' };
  }
}

function start(turn: Turn, snapshot: Snapshot): Snapshot {
  const begun = begin(turn, snapshot);
  if (begun.status !== 'RUNNING') return begun;
  return wake(turn, begun, { kind: 'timers', at: turn.at });
}

/** Makes a pending execution RUNNING. An input over the limits ends it at once. */
function begin(turn: Turn, snapshot: Snapshot): Snapshot {
  const { machine, identity, at } = turn;
  const { timeoutMs } = machine;
  turn.startedAt = at;
  const deadline = timeoutMs === null ? null : at + timeoutMs;
  const problem = inputProblem(turn);
  turn.record('ExecutionStarted', 0, {
    executionStartedEventDetails: {
      input: problem === undefined ? turn.textOf(identity.input, identity.name) : '',
      inputDetails: problem === undefined ? whole : leftOut,
      roleArn: identity.roleArn,
    },
  });
  const { lastEventId } = turn;
  const begun: Snapshot = { ...snapshot, status: 'RUNNING', lastEventId, startedAt: at, deadline };
  if (problem !== undefined) return end(turn, begun, 'FAILED', problem);
  return { ...begun, root: beginning(machine.graph, identity.input, 0, at) };
}

function inputProblem(turn: Turn): FailureDetails | undefined {
  try {
    turn.textOf(turn.identity.input, turn.identity.name);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    return failureOf(thrown.error, thrown.causeText);
  }
}

/** Runs the branches that are concerned; when the root comes to an end, so does the execution. */
function wake(turn: Turn, snapshot: Snapshot, why: Wake): Snapshot {
  const { root } = snapshot;
  if (root === null || !concerns(why, root)) return snapshot;
  const woken = wakeBranch(turn, rootFrame(turn.machine), root, why);
  if (woken === root) return snapshot;
  if (isDone(woken)) return succeed(turn, snapshot, woken);
  const { failure } = woken;
  if (failure === undefined) return { ...snapshot, lastEventId: turn.lastEventId, root: woken };
  return end(turn, { ...snapshot, root: woken }, 'FAILED', failure);
}

function rootFrame({ graph }: Machine): Frame {
  return { graph, host: null, index: 0 };
}

function succeed(turn: Turn, snapshot: Snapshot, root: Done): Snapshot {
  const { output } = root;
  turn.record('ExecutionSucceeded', root.lastId, {
    executionSucceededEventDetails: {
      output: turn.textOf(output, turn.identity.name),
      outputDetails: whole,
    },
  });
  turn.effects.push({ type: 'finish', status: 'SUCCEEDED', output });
  return { ...snapshot, status: 'SUCCEEDED', lastEventId: turn.lastEventId, deadline: null, root };
}

/** Ends the execution badly, wherever it stands; the tree stays as it is, for a redrive. */
function end(
  turn: Turn,
  snapshot: Snapshot,
  status: Exclude<EndStatus, 'SUCCEEDED'>,
  failure: FailureDetails,
): Snapshot {
  const standing = snapshot.status === 'PENDING' ? begin(turn, snapshot) : snapshot;
  if (standing.status !== 'RUNNING') return standing;
  const { root } = standing;
  if (root !== null) cancelCommands(turn, root);
  recordEnd(turn, status, failure, root);
  turn.effects.push({ type: 'finish', status, ...failure });
  const { lastEventId } = turn;
  return { ...standing, status, lastEventId, deadline: null, outcome: failure };
}

/**
 * A failure of the root follows from the root's last event; an end from outside follows from none.
 */
function recordEnd(
  turn: Turn,
  status: Exclude<EndStatus, 'SUCCEEDED'>,
  failure: FailureDetails,
  root: Branch | Done | null,
): void {
  const ownFailure = root !== null && !isDone(root) && root.failure === failure;
  const previous = ownFailure ? root.lastId : 0;
  switch (status) {
    case 'FAILED':
      turn.record('ExecutionFailed', previous, { executionFailedEventDetails: failure });
      break;
    case 'TIMED_OUT':
      turn.record('ExecutionTimedOut', previous, { executionTimedOutEventDetails: {} });
      break;
    case 'ABORTED':
      turn.record('ExecutionAborted', previous, { executionAbortedEventDetails: failure });
      break;
    default:
      assertNever(status);
  }
}

/**
 * Makes an ended execution RUNNING again; what had succeeded is kept, and the machine's time starts
 * anew.
 */
function redrive(turn: Turn, snapshot: Snapshot): Snapshot {
  const { machine, identity, at } = turn;
  turn.redrives += 1;
  const redrivenId = turn.record('ExecutionRedriven', snapshot.lastEventId, {
    executionRedrivenEventDetails: { redriveCount: turn.redrives },
  });
  const running: Snapshot = {
    ...snapshot,
    status: 'RUNNING',
    lastEventId: redrivenId,
    deadline: machine.timeoutMs === null ? null : at + machine.timeoutMs,
    redrives: turn.redrives,
    outcome: null,
  };
  if (snapshot.root !== null) return wake(turn, running, { kind: 'redrive', redrivenId });
  const problem = inputProblem(turn);
  if (problem !== undefined) return end(turn, running, 'FAILED', problem);
  const root = beginning(machine.graph, identity.input, redrivenId, at);
  return wake(turn, { ...running, root }, { kind: 'timers', at });
}
