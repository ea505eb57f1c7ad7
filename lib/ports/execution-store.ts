/**
 * Where executions live. The store is the truth: it accepts an execution once per (machine, name),
 * hands each to one worker at a time, and takes a checkpoint only from the worker that holds it now
 * (the fence). Leases and due times are judged by the store's own clock. Documents (input, output,
 * snapshot, events) are JSON texts and come back letter for letter.
 */
import type { ExecutionStatus } from '../engine/status.ts';
import type { Page, PageRequest } from './page.ts';
import type { NewSignal, Signal } from './signal-store.ts';

/** An execution to record. */
export interface NewExecution {
  /** A UUID of version 7. */
  readonly id: string;
  readonly machineId: string;
  readonly machineVersion: number;
  /** Unique within the machine; 1–80 characters. */
  readonly name: string;
  readonly input: string;
  /** The queue (priority) that its tasks go to. */
  readonly queue: string;
  /** Retries of the whole execution after its first failure, by redrive. 0: none. */
  readonly retriesMax: number;
  readonly batchId?: string;
  readonly batchIndex?: number;
  /** Of which earlier execution this one is the continuation. */
  readonly link?: ExecutionLink;
  /**
   * Why there is nothing to run: the source's item could not be read or mapped. The execution is
   * recorded all the same, so that counters add up and people see it; its worker ends it FAILED
   * with `Millrace.InvalidItem` and this text as the cause. Kept apart from `input`, because every
   * input document is a user's own.
   */
  readonly problem?: string;
  /**
   * Whom its end answers, in words that the store does not read. Absent: nobody waits for it.
   */
  readonly replyTo?: string;
  /**
   * Sleeps so long before its first task is due, in milliseconds; no task is sent until then.
   * Absent, or not above 0: due at once.
   */
  readonly startInMs?: number;
  /**
   * How long one run may take, in milliseconds, counted as the machine's `TimeoutSeconds`; the
   * shorter of the two ends it TIMED_OUT.
   */
  readonly timeoutMs?: number;
  /** By when it must have ended, even if it never started, in milliseconds since 1970. */
  readonly deadlineAt?: number;
  /** How long it is kept after its end, in milliseconds, instead of what `prune` is told. */
  readonly retentionMs?: number;
  /**
   * At most 128 characters. No two open executions of a machine have the same; it is free again at
   * the end, and one that is redriven has none.
   */
  readonly uniqueKey?: string;
}

/** A link from an earlier execution; unique by (source, state, transformer, target machine). */
export interface ExecutionLink {
  readonly sourceExecutionId: string;
  /** The state whose output was taken; '' for the execution's own output. */
  readonly sourceState: string;
  /** The named transformer; '' for none. */
  readonly transformer: string;
}

/** What became of one execution that was to be recorded. */
export type CreateResult =
  /**
   * `id` is the one that holds the name now, or the link, or the key: the new one's, or the
   * earlier one's when `created` is false.
   */
  { readonly name: string; readonly id: string; readonly created: boolean };

/** What a message must carry to wake an execution. */
export interface Wakeup {
  readonly executionId: string;
  readonly queue: string;
  readonly batchId: string | null;
}

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
  /** As it was before the claim: PENDING, RUNNING or PENDING_REDRIVE. */
  readonly status: ExecutionStatus;
  /** Null until the first checkpoint. */
  readonly snapshot: string | null;
  /** Times the work ran and failed. */
  readonly attempts: number;
  readonly retriesMax: number;
  /**
   * Times in a row that a worker lost it (its lease ran out), this claim included when it took it
   * from a dead worker. A checkpoint with history is progress: the count begins anew.
   */
  readonly stalls: number;
  readonly abortRequested: boolean;
  /** What {@link NewExecution.problem} said; null for an execution that can run. */
  readonly problem: string | null;
  /** What {@link NewExecution.replyTo} said; null when nobody waits for its end. */
  readonly replyTo: string | null;
  /** What {@link NewExecution.timeoutMs} and `deadlineAt` said; null without. */
  readonly timeoutMs: number | null;
  readonly deadlineAt: number | null;
  readonly createdAt: number;
  /** What it has not seen yet, oldest first. */
  readonly signals: readonly Signal[];
}

/** Why an execution was not handed out. */
export type ClaimRefusal =
  /** It has ended: the task is done. */
  | { readonly id: string; readonly reason: 'ended' }
  /** A live worker holds it; `ms` until its lease would end. */
  | { readonly id: string; readonly reason: 'held'; readonly ms: number }
  /** It sleeps until its due time, `ms` from now (null: until a signal comes). */
  | { readonly id: string; readonly reason: 'notDue'; readonly ms: number | null }
  | { readonly id: string; readonly reason: 'missing' };

/** What a claim got and what it did not: every id that was asked for is in one of the two. */
export interface ClaimResult {
  readonly claimed: ClaimedExecution[];
  readonly refused: ClaimRefusal[];
}

/** A durable step of one execution. */
export interface Checkpoint {
  readonly executionId: string;
  readonly fence: number;
  readonly status: ExecutionStatus;
  /** Null drops it (an execution that SUCCEEDED needs none). */
  readonly snapshot: string | null;
  /** New history events as one JSON array text; null when there are none. */
  readonly events: string | null;
  /** Id of the first of them; 0 when there are none. */
  readonly firstEventId: number;
  /** `keep`: the worker goes on. `release`: it lets go (ended, suspended, or handed back). */
  readonly lease: 'keep' | 'release';
  /**
   * With `release` and not ended: milliseconds from now until it is due (0: at once); null waits
   * for a signal.
   */
  readonly dueInMs: number | null;
  /**
   * With `release` and `dueInMs`: whether the caller itself sends a task for that time, so that the
   * sweep need not. The sweep looks after it all the same when the task is lost.
   */
  readonly wakeupSent: boolean;
  readonly attempts: number;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  /**
   * Not null when the execution ended and its retries are exhausted: the same statement then puts
   * it into the archive with this reason (`NewArchiveEntry` with the execution's id as `taskId` and
   * an empty body), so that no crash can come between the end and the archive.
   */
  readonly archiveReason: string | null;
  /**
   * Id of the newest signal that the snapshot has seen, which removes it and those before; 0 when
   * none is new. What is let go of while a newer one is there is due at once. An execution that is
   * not RUNNING afterwards has seen all.
   */
  readonly signalsSeen: number;
  /**
   * Ids of those among them that found nothing to answer: a message that came so goes back into the
   * inbox of messages.
   */
  readonly signalsUnused: readonly number[];
  /**
   * A signal to another execution that is left by the same statement; `wakeSignalled` delivers it.
   */
  readonly notify: NewSignal | null;
}

/** An execution as people see it, documents left out. */
export interface ExecutionSummary {
  readonly id: string;
  readonly machineId: string;
  readonly machineVersion: number;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly queue: string;
  readonly batchId: string | null;
  readonly batchIndex: number | null;
  readonly attempts: number;
  readonly stalls: number;
  readonly error: string | null;
  readonly cause: string | null;
  readonly createdAt: number;
  /** When it was first claimed. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly dueAt: number | null;
}

/** What an execution of a batch was given and came to. */
export interface ExecutionResult extends ExecutionSummary {
  readonly input: string;
  readonly output: string | null;
}

/** One execution, whole. */
export interface ExecutionRecord extends ExecutionSummary {
  readonly input: string;
  readonly output: string | null;
  readonly snapshot: string | null;
  readonly workerId: string | null;
  readonly fence: number;
  /** What {@link NewExecution.replyTo} said; null when nobody waits for its end. */
  readonly replyTo: string | null;
  /** What {@link NewExecution} said of these; null where it said nothing. */
  readonly timeoutMs: number | null;
  readonly deadlineAt: number | null;
  readonly retentionMs: number | null;
  /** Null once it was redriven, too. */
  readonly uniqueKey: string | null;
}

/** Every condition given must hold. */
export interface ExecutionFilter {
  readonly machineId?: string;
  readonly batchId?: string;
  readonly status?: ExecutionStatus;
  readonly name?: string;
  readonly error?: string;
  /** Milliseconds since 1970, inclusive. */
  readonly createdFrom?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly createdBefore?: number;
}

/**
 * Which earlier executions a chained batch takes: those that match and are not yet linked by this
 * link.
 */
export interface ChainFilter extends ExecutionFilter {
  readonly targetMachineId: string;
  readonly sourceState: string;
  readonly transformer: string;
  /**
   * Whether to leave out those already linked, and to link those that are taken; false takes all of
   * them as often as it is asked, and links none.
   */
  readonly unlinkedOnly: boolean;
}

/** Figures over the executions of one batch. */
export interface BatchFigures {
  readonly byStatus: Readonly<Partial<Record<ExecutionStatus, number>>>;
  readonly byQueue: Readonly<Record<string, number>>;
  /** Error name → how many ended with it. */
  readonly byError: Readonly<Record<string, number>>;
  /** From first claim to end, over those that ended; null when none has. */
  readonly durationMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Rows of a queue that a message should exist for. */
export interface RunnableCount {
  readonly queue: string;
  /**
   * Runnable now, held by nobody, and a task was sent: what a message should exist for. (What was
   * never sent is `takeUnsent`'s.)
   */
  readonly runnable: number;
  /** Asleep, with a task sent for the time when they are due: a delayed message. */
  readonly sleeping: number;
  readonly held: number;
}

/** Ids of a worker's executions, in order. */
export interface HeartbeatReply {
  /** Someone asked to abort them. */
  readonly abortRequested: string[];
  /** They have signals that they have not seen. */
  readonly signalled: string[];
}

export interface ExecutionStore {
  /**
   * Records executions; a name already taken in its machine is answered with the earlier one's id,
   * and so are a link, a key, and an id that is known.
   */
  createExecutions(
    executions: readonly NewExecution[],
    /** Whether the caller sends their tasks itself at once; false leaves them to the sweep. */
    wakeupSent: boolean,
  ): Promise<CreateResult[]>;

  /**
   * Hands out what is runnable among `executionIds` under the worker's lease and makes that lease
   * last `leaseMs` from now. An execution whose worker's lease ran out is runnable, and counts a
   * stall. A claim is safe to repeat when its answer was lost: what the worker holds already is
   * handed to it again, under a new fence and without a stall. So a worker never asks for what it
   * is running.
   */
  claim(workerId: string, leaseMs: number, executionIds: readonly string[]): Promise<ClaimResult>;

  /**
   * Writes checkpoints in one statement; answers the ids that were written, by this call or by an
   * earlier one whose answer was lost. An id left out was taken over by another worker: its caller
   * must stop. Ends add to their batches' counters in the same statement.
   */
  commit(checkpoints: readonly Checkpoint[]): Promise<ReadonlySet<string>>;

  /**
   * Makes the worker's lease last `leaseMs` from now; answers what its executions should know.
   * @param about what the worker is, for people: one JSON text; absent leaves what it said last
   */
  heartbeat(workerId: string, leaseMs: number, about?: string): Promise<HeartbeatReply>;
  /** Ends the worker's lease at once: what it still holds is runnable (and a stall). */
  endLease(workerId: string): Promise<void>;

  /** Takes up to `limit` sleepers whose time has come; the caller sends their tasks. */
  wakeDue(limit: number): Promise<Wakeup[]>;
  /** Takes up to `limit` executions from workers whose lease ran out, counting a stall each. */
  recoverOrphans(limit: number): Promise<Wakeup[]>;
  /** Takes up to `limit` runnable executions whose task was never sent, oldest first. */
  takeUnsent(limit: number): Promise<Wakeup[]>;
  /**
   * Takes up to `limit` runnable executions of `queue`, longest unsent first, whose task was last
   * sent over `graceMs` ago. A task sent for a later time counts as sent at that time.
   */
  takeOldest(queue: string, limit: number, graceMs: number): Promise<Wakeup[]>;
  /**
   * Takes it that the queues are empty: tasks that were sent and not taken up count as never sent.
   * For brokers that died with the process before. Answers how many.
   */
  forgetSent(): Promise<number>;
  /** Counts per queue, each count capped at `cap` so that a long backlog stays cheap. */
  countRunnable(cap: number): Promise<RunnableCount[]>;
  /**
   * Milliseconds until the next sleeper is due that `wakeDue` would take (0: one is due now); null
   * when there is none. A sleeper with a task of its own needs no waking.
   */
  nextDueMs(): Promise<number | null>;

  /**
   * Asks for executions to be aborted. What nobody holds becomes runnable at once, and its task is
   * answered for sending; a holder learns of it by its heartbeat.
   */
  requestAbort(executionIds: readonly string[]): Promise<Wakeup[]>;
  /**
   * Makes FAILED, TIMED_OUT or ABORTED executions PENDING_REDRIVE and runnable, attempts counted
   * anew; their fence grows, so that who ended them writes no more. They give up their unique key,
   * which another may have by now, and their deadline: whoever runs them again wants them to run.
   * Answers the tasks to send.
   */
  redriveExecutions(executionIds: readonly string[]): Promise<Wakeup[]>;

  getExecution(id: string): Promise<ExecutionRecord | null>;
  findExecution(machineId: string, name: string): Promise<ExecutionRecord | null>;
  /** Newest first. */
  listExecutions(filter: ExecutionFilter, page: PageRequest): Promise<Page<ExecutionSummary>>;
  /** By index, with output, for summaries and exports. */
  listOutputs(
    batchId: string,
    page: PageRequest,
  ): Promise<Page<ExecutionSummary & { readonly output: string | null }>>;
  /** As {@link listOutputs}, with the inputs too. */
  listResults(batchId: string, page: PageRequest): Promise<Page<ExecutionResult>>;
  /** Oldest first. */
  listForChaining(
    filter: ChainFilter,
    page: PageRequest,
  ): Promise<Page<{ readonly id: string; readonly name: string; readonly output: string | null }>>;
  /**
   * The chunks of an execution's history (each a JSON array text), in order, from event
   * `fromEventId` on.
   */
  readHistory(executionId: string, fromEventId: number, chunksMax: number): Promise<string[]>;
  figures(batchId: string): Promise<BatchFigures>;

  /**
   * Deletes up to `limit` executions that ended over `retentionMs` ago (their own, where they have
   * one), with their history. What the archive still names stays, and so does an open batch's, and
   * the target of a link whose source is still there. Answers how many went.
   */
  prune(retentionMs: number, limit: number): Promise<number>;
}
