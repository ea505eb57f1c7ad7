/**
 * Where an execution stands, as plain JSON: all that `transition` needs beside the machine and the
 * identity, and nothing that those two could tell it. A snapshot is never changed; the next one
 * shares what stayed the same.
 *
 * The machine of an execution, by `status`:
 *
 *     PENDING --started--> RUNNING --> SUCCEEDED | FAILED | TIMED_OUT | ABORTED
 *                             ^                        |          |         |
 *                             +----------redriven------+----------+---------+
 *
 * PENDING and the ends hold nothing open. RUNNING always has a branch that is blocked; it leaves
 * when the root branch is done or fails, when `deadline` passes, or when an `aborted` or `failed`
 * event says so.
 *
 * The machine of a branch, by `doing.kind`; the longest stay is in brackets:
 *
 *     entry --> task [timeoutAt, heartbeatAt, no limit]  --> next entry, retry or failure
 *           --> wait [until]                             --> next entry
 *           --> mapRun [no limit]                        --> next entry, retry or failure
 *           --> parallel, map [as long as their branches] -> next entry, retry or failure
 *     retry [at] ------------------------------------------> the same state again
 *
 * A branch of the root, of a Parallel or of a Map ends as a {@link Done}, or with a `failure`. A
 * failed branch stays where it was, and what was running below it has stopped with it: a redrive
 * goes on from exactly there.
 */
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { FailureDetails } from './history-event.ts';
import type { MapRunSpec } from './map-run/map-run-spec.ts';
import type { ExecutionStatus } from './status.ts';

/** An execution at rest between two events. */
export interface Snapshot {
  readonly version: 1;
  readonly status: Exclude<ExecutionStatus, 'PENDING_REDRIVE'>;
  /** Id of the newest history event; 0 when there is none. */
  readonly lastEventId: number;
  /**
   * Time of the newest transition, in milliseconds since 1970; 0 before the first. None after it is
   * earlier, though the clock of the next worker be behind.
   */
  readonly latestAt: number;
  /** Milliseconds since 1970; 0 while PENDING. */
  readonly startedAt: number;
  /**
   * When the machine's own `TimeoutSeconds` are over, in milliseconds since 1970; null without one.
   */
  readonly deadline: number | null;
  readonly redrives: number;
  /** Null while nothing has started. */
  readonly root: Branch | Done | null;
  /** Why it FAILED, TIMED_OUT or was ABORTED; null otherwise. */
  readonly outcome: FailureDetails | null;
}

/** A sequence of states that is under way, or that failed. */
export interface Branch {
  /** The name of the state it is in. */
  readonly state: string;
  /** That state's raw input. */
  readonly input: Json;
  /** Id and time of the event that says the state was entered; 0 before it is. */
  readonly enteredId: number;
  readonly enteredAt: number;
  /** Id of the branch's newest event, the next one's `previousEventId`. */
  readonly lastId: number;
  /**
   * Serial number of the try in this visit of the state, from 0; goes on over redrives, so that
   * commands stay unique.
   */
  readonly attempt: number;
  /** How often each retrier of the state has been used in this visit; empty when none has. */
  readonly retries: readonly number[];
  readonly doing: Doing;
  /** Variables that were set in this branch; absent while none is. */
  readonly variables?: JsonObject;
  /** Present when the branch failed. */
  readonly failure?: FailureDetails;
}

/** What a branch is blocked on. Times are milliseconds since 1970. */
export type Doing =
  /** It enters the state at `at`: a beginning, or a pause after too many steps at once. */
  | { readonly kind: 'entry'; readonly at: number }
  /** It runs the state, entered before, again at `at`: a back-off, or a redrive. */
  | { readonly kind: 'retry'; readonly at: number }
  | TaskDoing
  | { readonly kind: 'wait'; readonly until: number }
  | ParallelDoing
  | MapDoing
  | MapRunDoing;

/** A command is out. Its name is made of the branch's `enteredId` and `attempt`. */
export interface TaskDoing {
  readonly kind: 'task';
  readonly timeoutAt?: number;
  readonly heartbeatAt?: number;
  /** Milliseconds that a heartbeat moves `heartbeatAt` to. */
  readonly heartbeatMs?: number;
  /** What outsiders answer the command with; absent when nobody outside may. */
  readonly taskToken?: string;
  /** Present when the request was accepted, and is not to be sent again. */
  readonly submitted?: true;
  /** Present when the worker of an activity has taken the command up. */
  readonly started?: true;
  /**
   * The command's parameters, kept only when they cannot be computed again (a random number went
   * in).
   */
  readonly parameters?: Json;
  /** The effective `Credentials`, kept because their time or chance would be another. */
  readonly credentials?: JsonObject;
}

/** One entry for each branch. */
export interface ParallelDoing {
  readonly kind: 'parallel';
  readonly branches: readonly (Branch | Done)[];
}

/**
 * One entry for each iteration that has started; the items are computed from the input when they
 * are needed.
 */
export interface MapDoing {
  readonly kind: 'map';
  /** How many items there are. */
  readonly length: number;
  /** Kept only when they cannot be computed again (a random number or the time went in). */
  readonly items?: readonly Json[];
  readonly iterations: readonly (Branch | Done)[];
}

/** The run of a distributed Map is out, under a command that is named as a task's. */
export interface MapRunDoing {
  readonly kind: 'mapRun';
  /** What was asked for, to be asked for again after a crash; absent when it was accepted. */
  readonly run?: MapRunSpec;
}

/** A branch that reached its end: all that is kept of it. */
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

/** The snapshot of an execution that is recorded and not yet started. */
export function newSnapshot(): Snapshot {
  return pending;
}

/** The text a store keeps. */
export function encodeSnapshot(snapshot: Snapshot): string {
  return JSON.stringify(snapshot);
}

/** The snapshot that `text` was encoded from. Text of another version is a bug of the caller's. */
export function decodeSnapshot(text: string): Snapshot {
  const snapshot: Snapshot = JSON.parse(text);
  if (snapshot.version !== 1) {
    throw new Error(`invariant broken: a snapshot of version 1, not ${snapshot.version}`);
  }
  return snapshot;
}

/** Whether a branch reached its end well. */
export function isDone(branch: Branch | Done): branch is Done {
  return 'output' in branch;
}

/** The branches that a blocked branch waits for; undefined when it waits for something else. */
export function childrenOf(branch: Branch): readonly (Branch | Done)[] | undefined {
  const { doing } = branch;
  if (doing.kind === 'parallel') return doing.branches;
  return doing.kind === 'map' ? doing.iterations : undefined;
}

/** Whether a command of the branch's own is out. */
export function hasCommand({ doing }: Branch): boolean {
  return doing.kind === 'task' || doing.kind === 'mapRun';
}

/** The name of a branch's command. */
export function commandOf(branch: Branch): string {
  return `${branch.enteredId}:${branch.attempt}`;
}

/** What the branches of a Parallel or Map have come to. */
export interface Gathered {
  /** The first, by position, that failed. */
  readonly failed: Branch | undefined;
  /** Every output, when all are done; fewer, or none, while one is under way. */
  readonly outputs: readonly Json[];
  /** The newest event of those that are done. */
  readonly lastId: number;
}

/**
 * Looks the branches over; a wide Map does so for every answer, so that outputs are listed at the
 * end only.
 */
export function gather(children: readonly (Branch | Done)[]): Gathered {
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
