import type { ExecutionStatus } from '../../engine/status.ts';
import type { Signal } from './signal-store.ts';

/** An execution handed to a worker. */
export interface ClaimedExecution {
  readonly id: string;
  /** Grows with each claim; every checkpoint must carry it. */
  readonly fence: number;
  readonly machineId: string;
  readonly machineVersion: number;
  readonly name: string;
  readonly input: string;
  readonly queue: string;
  readonly batchId: string | null;
  readonly batchIndex: number | null;
  /** The status before the claim: PENDING, RUNNING or PENDING_REDRIVE. */
  readonly status: ExecutionStatus;
  /** Null until the first checkpoint. */
  readonly snapshot: string | null;
  /** Number of failed runs. */
  readonly attempts: number;
  readonly retriesMax: number;
  /**
   * Number of times in a row that a worker lost it because its lease expired, including the loss
   * that this claim detected. A checkpoint with history is progress and resets it. Losses beside
   * other executions count up to {@link companyStallsMax} only: any of these may have caused them.
   */
  readonly stalls: number;
  readonly abortRequested: boolean;
  /** `NewExecution.problem`; null for an execution that can run. */
  readonly problem: string | null;
  /** `NewExecution.replyTo`; null when no execution waits for its end. */
  readonly replyTo: string | null;
  /** `NewExecution.timeoutMs` and `deadlineAt`; null when it has none. */
  readonly timeoutMs: number | null;
  readonly deadlineAt: number | null;
  /** `NewExecution.traceparent`; null when it has none. */
  readonly traceparent: string | null;
  /** `NewExecution.mockCase`; null when it has none. */
  readonly mockCase: string | null;
  readonly createdAt: number;
  /**
   * The store's time at the claim, in milliseconds since 1970: all workers share it, whatever the
   * clocks of their machines show.
   */
  readonly claimedAt: number;
  /** Signals it has not seen yet, oldest first. */
  readonly signals: readonly Signal[];
}

/** Why an execution was not handed out. */
export type ClaimRefusal =
  /** It has ended: the task is done. */
  | { readonly id: string; readonly reason: 'ended' }
  /** A live worker holds it; its lease would expire in `ms` milliseconds. */
  | { readonly id: string; readonly reason: 'held'; readonly ms: number }
  /** It sleeps until its due time, `ms` milliseconds from now (null: until a signal arrives). */
  | { readonly id: string; readonly reason: 'notDue'; readonly ms: number | null }
  /** Its batch is on hold: it needs no task until the batch is resumed, and gets one then. */
  | { readonly id: string; readonly reason: 'onHold' }
  | { readonly id: string; readonly reason: 'missing' };

/** Result of a claim: every requested id is in one of the two lists. */
export interface ClaimResult {
  readonly claimed: ClaimedExecution[];
  readonly refused: ClaimRefusal[];
}

/**
 * Maximum number of stalls that an execution gets while others run in the same worker. With that
 * many it is a suspect, and only stalls while it runs alone count further.
 */
export const companyStallsMax = 2;

/** How executions are claimed. */
export interface ClaimTerms {
  /**
   * Whether the executions are to run alone in their worker, so that its loss is their fault. A
   * claim of executions that the worker holds already changes it. @default false
   */
  readonly alone?: boolean;
}

/**
 * Hands executions to workers. Each execution belongs to one worker at a time: a claim issues a
 * higher fence, and `CheckpointStore.commit` refuses every lower one.
 */
export interface ClaimStore {
  /**
   * Hands out the runnable executions among `executionIds` and extends the worker's lease to
   * `leaseMs` from now. An execution whose worker's lease expired is runnable, and counts a stall.
   * An execution that has not begun, or is to be retried, is held back while its batch is on hold,
   * unless its abort was requested. A claim is safe to repeat when its response was lost:
   * executions that the worker already holds are handed to it again, under a new fence and without
   * a stall. So a worker must never claim what it is running.
   */
  claim(
    workerId: string,
    leaseMs: number,
    executionIds: readonly string[],
    terms?: ClaimTerms,
  ): Promise<ClaimResult>;
}
