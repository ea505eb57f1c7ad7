import type { ExecutionStatus } from '../../engine/status.ts';
import type { NewExecution } from './execution-store.ts';
import type { ProcessSums, StepFigures } from './figures/step-figures.ts';
import type { NewSignal } from './signal-store.ts';

/** A durable step of one execution. */
export interface Checkpoint {
  readonly executionId: string;
  readonly fence: number;
  readonly status: ExecutionStatus;
  /** Null drops it (an execution that SUCCEEDED needs none). */
  readonly snapshot: string | null;
  /** New history events, as `encodeHistory` writes them; null when there are none. */
  readonly events: string | null;
  /** Id of the first of them; 0 when there are none. */
  readonly firstEventId: number;
  /** `keep`: the worker continues. `release`: it gives the execution up (ended or suspended). */
  readonly lease: 'keep' | 'release';
  /**
   * With `release`, unless ended: milliseconds until the execution is due (0: at once); null waits
   * for a signal.
   */
  readonly dueInMs: number | null;
  /**
   * With `release` and `dueInMs`: true when the caller sends a task for that time, so that the
   * sweeper does not have to. The sweeper still resends the task when it is lost.
   */
  readonly wakeupSent: boolean;
  readonly attempts: number;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  /**
   * Not null when the execution ended and has no retries left: the same statement then puts it into
   * the archive with this reason (a `NewArchiveEntry` with the execution's id as `taskId` and an
   * empty body), so that no crash can happen between the end and the archive.
   */
  readonly archiveReason: string | null;
  /**
   * Id of the newest signal that the snapshot has seen: it and all earlier ones are deleted. 0 when
   * none is new. An execution that is released while newer signals exist is due at once. An
   * execution that is not RUNNING afterwards has seen all of them.
   */
  readonly signalsSeen: number;
  /**
   * Ids of the signals among them that no command was waiting for. A message that arrived in one of
   * them returns to the message inbox.
   */
  readonly signalsUnused: readonly number[];
  /**
   * A signal to another execution, recorded by the same statement; `SignalStore.deliverNotices`
   * delivers it.
   */
  readonly notify: NewSignal | null;
  /**
   * Set when the execution ended or is retried without success: the innermost state that it failed
   * in; '' for none. @default the execution has no failed state
   */
  readonly failedState?: string;
  /** Recorded by the same statement; the caller sends its task next. @default null */
  readonly hook?: NewExecution | null;
  /** What the step adds to the figures of its states. @default nothing */
  readonly figures?: StepFigures;
}

/**
 * Takes the checkpoints of executions. Only the worker that holds an execution now can write one:
 * the checkpoint must carry the fence of its last claim.
 */
export interface CheckpointStore {
  /**
   * Writes checkpoints in one statement. Returns the ids that are written, by this call or by an
   * earlier one whose response was lost. A missing id was taken over by another worker: its caller
   * must stop. Ends add to their batches' counters in the same statement.
   *
   * A checkpoint's figures are added once: when it is written for the first time. `sums` are added
   * when that holds for any of the checkpoints, one of which has events or ends its execution. A
   * crash can lose figures only after a commit of which a part was refused. A caller repeats whole
   * commits: the figures of one that repeats only a part of an earlier one are lost.
   * @param sums what the caller's process has summed. @default nothing
   */
  commit(
    checkpoints: readonly Checkpoint[],
    sums?: ProcessSums | null,
  ): Promise<ReadonlySet<string>>;
}
