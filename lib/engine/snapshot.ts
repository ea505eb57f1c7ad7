/**
 * The state of an execution as plain JSON: everything that `transition` needs that is not in the
 * machine or the identity. Snapshots are immutable; the next one shares what did not change.
 *
 * The states of an execution, by `status`:
 *
 *     PENDING --started--> RUNNING --> SUCCEEDED | FAILED | TIMED_OUT | ABORTED
 *                             ^                        |          |         |
 *                             +----------redriven------+----------+---------+
 *
 * PENDING and ended executions wait for nothing. A RUNNING execution always has a blocked branch;
 * it ends when the root branch is done or fails, when `deadline` passes, or with an `aborted` or
 * `failed` event.
 *
 * The states of a branch, by `doing.kind`, with what limits the stay in brackets:
 *
 *     entry --> task [timeoutAt, heartbeatAt, no limit]  --> next entry, retry or failure
 *           --> wait [until]                             --> next entry
 *           --> mapRun [no limit]                        --> next entry, retry or failure
 *           --> parallel, map [as long as their branches] -> next entry, retry or failure
 *     retry [at] ------------------------------------------> the same state again
 *
 * A branch of the root, of a Parallel or of a Map ends as a {@link Done}, or with a `failure`. A
 * failed branch keeps its state, and everything that ran below it has stopped: a redrive continues
 * from there.
 */
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { FailureDetails } from './history-event.ts';
import type { MapRunSpec } from './map-run/map-run-spec.ts';
import type { ExecutionStatus } from './status.ts';

/** An execution between two events. */
export interface Snapshot {
  readonly version: 1;
  readonly status: Exclude<ExecutionStatus, 'PENDING_REDRIVE'>;
  /** Id of the newest history event; 0 when there is none. */
  readonly lastEventId: number;
  /**
   * Time of the newest transition, in milliseconds since 1970; 0 before the first. Later
   * transitions are never earlier, even when the next worker's clock is behind.
   */
  readonly latestAt: number;
  /** Milliseconds since 1970; 0 while PENDING. */
  readonly startedAt: number;
  /** When the machine's `TimeoutSeconds` pass, in milliseconds since 1970; null without it. */
  readonly deadline: number | null;
  readonly redrives: number;
  /** Null before the execution has started. */
  readonly root: Branch | Done | null;
  /** Why the execution is FAILED, TIMED_OUT or ABORTED; null otherwise. */
  readonly outcome: FailureDetails | null;
}

/** A sequence of states that is running, or that failed. */
export interface Branch {
  /** Name of the state that the branch is in. */
  readonly state: string;
  /** That state's raw input. */
  readonly input: Json;
  /** Id and time of the state's entered event; 0 before the state is entered. */
  readonly enteredId: number;
  readonly enteredAt: number;
  /** Id of the branch's newest event: the `previousEventId` of its next one. */
  readonly lastId: number;
  /**
   * Number of the run of the state within this visit, from 0. Redrives count too, so that command
   * names stay unique.
   */
  readonly attempt: number;
  /** How often each retrier of the state was used in this visit; empty when none was. */
  readonly retries: readonly number[];
  readonly doing: Doing;
  /** The variables that this branch has set; absent while there are none. */
  readonly variables?: JsonObject;
  /** Present when the branch failed. */
  readonly failure?: FailureDetails;
}

/** The event that a blocked branch waits for. Times are milliseconds since 1970. */
export type Doing =
  /** Enters the state at `at`: the start of a branch, or the maximum of steps in a transition. */
  | { readonly kind: 'entry'; readonly at: number }
  /** Runs the state, entered before, again at `at`: after the backoff of a retry, or a redrive. */
  | { readonly kind: 'retry'; readonly at: number }
  | TaskDoing
  | { readonly kind: 'wait'; readonly until: number }
  | ParallelDoing
  | MapDoing
  | MapRunDoing;

/** Waits for the answer to a command; see {@link commandName}. */
export interface TaskDoing {
  readonly kind: 'task';
  readonly timeoutAt?: number;
  readonly heartbeatAt?: number;
  /** How long after a heartbeat the next is due, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Token for answering the command from outside; absent without one. */
  readonly taskToken?: string;
  /** Present when the request was accepted, and must not be sent again. */
  readonly submitted?: true;
  /** Present when the worker of an activity has started the work. */
  readonly started?: true;
  /** Kept only when computing them again could give others: they depend on a random number. */
  readonly parameters?: Json;
  /** The effective `Credentials`, kept because they may depend on time or random numbers. */
  readonly credentials?: JsonObject;
}

/** Waits for the branches, one entry each. */
export interface ParallelDoing {
  readonly kind: 'parallel';
  readonly branches: readonly (Branch | Done)[];
}

/**
 * Waits for the iterations, one entry for each that has started. The items are computed from the
 * input when they are needed.
 */
export interface MapDoing {
  readonly kind: 'map';
  /** Number of items. */
  readonly length: number;
  /** Kept only when they depend on a random number or the time. */
  readonly items?: readonly Json[];
  readonly iterations: readonly (Branch | Done)[];
}

/** Waits for the run of a distributed Map; its command is named like that of a task. */
export interface MapRunDoing {
  readonly kind: 'mapRun';
  /** The run, to start it again after a crash; absent once it was accepted. */
  readonly run?: MapRunSpec;
}

/** A branch that reached its end, of which only this is kept. */
export interface Done {
  readonly output: Json;
  readonly lastId: number;
}

const pending: Snapshot = Object.freeze({
  version: 1,
  status: 'PENDING',
  lastEventId: 0,
  latestAt: 0,
  startedAt: 0,
  deadline: null,
  redrives: 0,
  root: null,
  outcome: null,
});

/** Returns the snapshot of an execution that is recorded and not started yet. */
export function newSnapshot(): Snapshot {
  return pending;
}

/**
 * In the text of a snapshot, the root branch follows this mark: its first occurrence, as only
 * numbers and words of this project stand before it.
 */
export const rootMark = '"root":';

/** The name of the root branch's state ends within so many characters of the text. */
export const rootStateCharsMax = 1_000;

/** Returns what follows {@link rootMark} in the text of an execution that is in this state. */
export function rootStateText(state: string): string {
  return `{"state":${JSON.stringify(state)},`;
}

/** Returns the text that a store keeps. */
export function encodeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(snapshot);
}

/** Decodes the text of {@link encodeSnapshot}. Text of another version is a bug of the caller. */
export function decodeSnapshot(text: string): Snapshot {
  const snapshot: Snapshot = JSON.parse(text);
  if (snapshot.version !== 1) {
    throw new Error(`invariant broken: a snapshot of version 1, not ${snapshot.version}`);
  }
  return snapshot;
}

/** Whether a branch reached its end successfully. */
export function isDone(branch: Branch | Done): branch is Done {
  return 'output' in branch;
}

/** Returns the branches that a branch waits for; undefined when it waits for something else. */
export function listChildren(branch: Branch): readonly (Branch | Done)[] | undefined {
  const { doing } = branch;
  if (doing.kind === 'parallel') return doing.branches;
  return doing.kind === 'map' ? doing.iterations : undefined;
}

/** Whether the branch itself waits for the answer to a command. */
export function hasCommand({ doing }: Branch): boolean {
  return doing.kind === 'task' || doing.kind === 'mapRun';
}

/** Returns the name of a branch's command. */
export function commandName(branch: Pick<Branch, 'enteredId' | 'attempt'>): string {
  return `${branch.enteredId}:${branch.attempt}`;
}

/** The state of the branches of a Parallel or Map. */
export interface ChildrenSummary {
  /** The first failed branch, by position. */
  readonly failed: Branch | undefined;
  /** All outputs when every branch is done; empty otherwise. */
  readonly outputs: readonly Json[];
  /** Id of the newest event of the branches that are done. */
  readonly lastId: number;
}

/**
 * Summarizes the branches. A wide Map does so for every answer, so outputs are collected only at
 * the end.
 */
export function summarizeChildren(children: readonly (Branch | Done)[]): ChildrenSummary {
  let allDone = true;
  let lastId = 0;
  for (const child of children) {
    if (isDone(child)) lastId = Math.max(lastId, child.lastId);
    else if (child.failure !== undefined) return { failed: child, outputs: [], lastId };
    else allDone = false;
  }
  const outputs = allDone ? children.filter(isDone).map(({ output }) => output) : [];
  return { failed: undefined, outputs, lastId };
}
