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
 *               (a held one stays without a limit, until it is permitted)
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
import { parseWrittenJson } from '../asl/json/parse-json.ts';
import type { FailureDetails } from './history-event.ts';
import type { MapRunSpec } from './map-run/map-run-spec.ts';
import {
  type BriefSnapshot,
  briefVersion,
  readBrief,
  writeBriefly,
} from './states/brief-snapshot.ts';
import { readSharedValues, writeSharedValues } from './states/shared-values.ts';
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
  /** Size of the history, in bytes as `historyBytesMax` counts them. @default 0 */
  readonly historyBytes?: number;
  /** Null before the execution has started. */
  readonly root: Branch | Done | null;
  /** Why the execution is FAILED, TIMED_OUT or ABORTED; null otherwise. */
  readonly outcome: FailureDetails | null;
  /** How often each mocked state was called; after `root`, as it has names of states. */
  readonly mockedCalls?: Readonly<Record<string, number>>;
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
  | RetryDoing
  | TaskDoing
  | { readonly kind: 'wait'; readonly until: number }
  | ParallelDoing
  | MapDoing
  | MapRunDoing;

/** Runs the state again at `at`. */
export interface RetryDoing {
  readonly kind: 'retry';
  readonly at: number;
  /** The run that a redrive continues; absent after a backoff: a retry starts another. */
  readonly mapRun?: AcceptedMapRun;
}

/** A run of a distributed Map that was recorded. */
export interface AcceptedMapRun {
  readonly mapRunArn: string;
  /** How often it was redriven. */
  readonly redrives: number;
}

/** Waits for the answer to a command; see {@link commandName}. */
export interface TaskDoing {
  readonly kind: 'task';
  readonly timeoutAt?: number;
  readonly heartbeatAt?: number;
  /** How long after a heartbeat the next is due, in milliseconds. */
  readonly heartbeatMs?: number;
  /** Present while the call waits for a permit, and its time limits with it. */
  readonly held?: HeldTask;
  /** Token for answering the command from outside; absent without one. */
  readonly taskToken?: string;
  /** Present when the request was accepted, and must not be sent again. */
  readonly submitted?: true;
  /** Present when the worker of an activity has started the work. */
  readonly started?: true;
  /** Kept only when computing them again could give others: they depend on a random number. */
  readonly parameters?: Json;
  /** Number of this call among those of its mocked state, from 0. */
  readonly mockedCall?: number;
  /** The effective `Credentials`, kept because they may depend on time or random numbers. */
  readonly credentials?: JsonObject;
}

/** What a call that waits for a permit has left of its timeout. */
export interface HeldTask {
  /** Milliseconds; absent without a timeout. */
  readonly timeoutMs?: number;
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
  /** Present when further iterations start at this time, because a transition was full. */
  readonly at?: number;
  readonly iterations: readonly (Branch | Done)[];
}

/** Waits for the run of a distributed Map; its command is named like that of a task. */
export interface MapRunDoing {
  readonly kind: 'mapRun';
  /** The run, to start it again after a crash; absent once it was accepted, or is redriven. */
  readonly run?: MapRunSpec;
  /** The run that was accepted, or is redriven. */
  readonly mapRun?: AcceptedMapRun;
  /** Present until the redrive was accepted. */
  readonly isRedrive?: true;
}

/** A branch that reached its end, of which only this is kept. */
export interface Done {
  readonly output: Json;
  readonly lastId: number;
  /** Length of the output's JSON text, in characters; absent for short ones. */
  readonly chars?: number;
}

const pending: Snapshot = Object.freeze({
  version: 1,
  status: 'PENDING',
  lastEventId: 0,
  latestAt: 0,
  startedAt: 0,
  deadline: null,
  redrives: 0,
  historyBytes: 0,
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

/** Returns the text that a store keeps: in the brief form where that says everything. */
export function encodeSnapshot(snapshot: Snapshot): string {
  return writeBriefly(snapshot) ?? encodeFully(snapshot);
}

/** Returns the text of version 1, which programs of the release before read. */
export function encodeFully(snapshot: Snapshot): string {
  const { root } = snapshot;
  if (!isForked(root)) return JSON.stringify(snapshot);
  return JSON.stringify({ ...snapshot, root: writeSharedValues(root) });
}

/** Decodes the text of {@link encodeSnapshot}. Text of another version is a bug of the caller. */
export function decodeSnapshot(text: string): Snapshot {
  const snapshot = parseWrittenJson(text) as object as Snapshot | BriefSnapshot;
  if (snapshot.version === briefVersion) return readBrief(snapshot);
  if (snapshot.version !== 1) {
    const { version } = snapshot as { readonly version: unknown };
    throw new Error(`invariant broken: a snapshot of version 1 or 2, not ${version}`);
  }
  const { root } = snapshot;
  return isForked(root) ? { ...snapshot, root: readSharedValues(root) } : snapshot;
}

function isForked(branch: Branch | Done | null): branch is Branch {
  return branch !== null && !isDone(branch) && listChildren(branch) !== undefined;
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

/** Whether all branches that a Parallel or Map waits for are done. */
export function isJoinable({ doing, failure }: Branch): boolean {
  if (failure !== undefined) return false;
  if (doing.kind === 'parallel') return doing.branches.every(isDone);
  if (doing.kind !== 'map' || doing.iterations.length < doing.length) return false;
  return doing.iterations.every(isDone);
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
  /** Length of the outputs that are not short, in characters. */
  readonly outputChars: number;
}

/**
 * Summarizes the branches. A wide Map does so for every answer, so outputs are collected only at
 * the end.
 */
export function summarizeChildren(children: readonly (Branch | Done)[]): ChildrenSummary {
  let allDone = true;
  let lastId = 0;
  let outputChars = 0;
  for (const child of children) {
    if (isDone(child)) {
      lastId = Math.max(lastId, child.lastId);
      outputChars += child.chars ?? 0;
    } else if (child.failure !== undefined) {
      return { failed: child, outputs: [], lastId, outputChars };
    } else allDone = false;
  }
  const outputs = allDone ? children.filter(isDone).map(({ output }) => output) : [];
  return { failed: undefined, outputs, lastId, outputChars };
}
