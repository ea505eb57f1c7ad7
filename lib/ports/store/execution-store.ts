import type { ExecutionStatus } from '../../engine/status.ts';

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
  /** Maximum number of retries of the whole execution after its first failure, by redrive. */
  readonly retriesMax: number;
  readonly batchId?: string;
  readonly batchIndex?: number;
  /** The earlier execution that this one continues. */
  readonly link?: ExecutionLink;
  /**
   * Why there is nothing to run: the source's item could not be read or mapped. The execution is
   * recorded nevertheless, so that counters add up and users see it; its worker ends it FAILED with
   * `Millrace.InvalidItem` and this text as the cause. A field of its own, because `input` may be
   * any document.
   */
  readonly problem?: string;
  /** Where to send its result; opaque to the store. Absent when no execution waits for it. */
  readonly replyTo?: string;
  /**
   * Delay before its first task is due, in milliseconds; no task is sent until then. Absent, or not
   * above 0: due at once.
   */
  readonly startInMs?: number;
  /**
   * Maximum duration of one run, in milliseconds, measured as the machine's `TimeoutSeconds` is.
   * The shorter of the two ends the execution TIMED_OUT.
   */
  readonly timeoutMs?: number;
  /** Time by which it must have ended, even if it never started, in milliseconds since 1970. */
  readonly deadlineAt?: number;
  /**
   * How long it is kept after its end, in milliseconds. Replaces the retention that
   * `pruneExecutions` is called with.
   */
  readonly retentionMs?: number;
  /**
   * At most 128 characters. No two open executions of a machine have the same key. An execution
   * gives up its key when it ends; a redriven execution has none.
   */
  readonly uniqueKey?: string;
  /** Names the span, in any process, that its runs are parts of. Absent: each starts a trace. */
  readonly traceparent?: string;
  /** The published version, and the alias, that it was started by. @default neither */
  readonly versionNumber?: number;
  readonly alias?: string;
  /** The AWS X-Ray trace header that it was started with. @default none */
  readonly traceHeader?: string;
  /** The mocked answers of its Task states, as JSON; opaque to the store. @default none */
  readonly mockCase?: string;
  /** Checked by the caller: few and short (`labelLimits`). @default none */
  readonly labels?: ExecutionLabels;
}

/** The labels of an execution by key. */
export type ExecutionLabels = Readonly<Record<string, string>>;

/** A link from an earlier execution; unique by (source, state, transformer, target machine). */
export interface ExecutionLink {
  readonly sourceExecutionId: string;
  /** The state whose output was taken; '' for the execution's own output. */
  readonly sourceState: string;
  /** The named transformer; '' for none. */
  readonly transformer: string;
}

/** Result of recording one execution. */
export interface CreateResult {
  readonly name: string;
  /**
   * The execution that has the name, link or key: the new one, or an earlier one when `created` is
   * false.
   */
  readonly id: string;
  readonly created: boolean;
  /** When it was created, if that was now and the store tells; in milliseconds since 1970. */
  readonly createdAt?: number;
}

/** What a task message must carry to wake an execution. */
export interface Wakeup {
  readonly executionId: string;
  readonly queue: string;
  readonly batchId: string | null;
  /** Names the span that wakes it; the store never sets it. @default the active span */
  readonly traceparent?: string;
}

/** An execution in a list, without its documents. */
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
  /** Absent without labels. */
  readonly labels?: ExecutionLabels;
}

/** An execution with everything that the store knows of it. */
export interface ExecutionRecord extends ExecutionSummary {
  readonly input: string;
  readonly output: string | null;
  readonly snapshot: string | null;
  readonly workerId: string | null;
  readonly fence: number;
  /** {@link NewExecution.replyTo}; null when no execution waits for its end. */
  readonly replyTo: string | null;
  /** As {@link NewExecution} gave them; null when it gave none. */
  readonly timeoutMs: number | null;
  readonly deadlineAt: number | null;
  readonly retentionMs: number | null;
  /** Also null after a redrive. */
  readonly uniqueKey: string | null;
  /** As {@link NewExecution} gave them; null when it gave none. */
  readonly versionNumber: number | null;
  readonly alias: string | null;
  readonly traceHeader: string | null;
  readonly mockCase: string | null;
  /** How often it was redriven from outside, and when it was last; null without any. */
  readonly redrives: number;
  readonly redrivenAt: number | null;
  /** What its stop was requested with; null without either. */
  readonly stopError: string | null;
  readonly stopCause: string | null;
}

/** Versions by the ids of their machines. */
export type MachineVersions = Readonly<Record<string, number>>;

/** The name of an execution, in its machine. */
export interface ExecutionName {
  /** The machine's id, or its name, which is that of the living machine. */
  readonly machineId: string;
  readonly name: string;
}

/**
 * Creates, reads, aborts, redrives and deletes executions. The store is the source of truth: it
 * accepts an execution once per (machine, name). Due times and leases are judged by the store's own
 * clock. Documents (input, output, snapshot, events) are JSON texts and come back byte for byte.
 */
export interface ExecutionStore {
  /**
   * Records executions. When the name is already taken in its machine, the result has the earlier
   * execution's id; the same holds for a link, a key, and an id that is known.
   */
  createExecutions(
    executions: readonly NewExecution[],
    /** True when the caller sends their tasks at once; otherwise the sweeper sends them. */
    wakeupSent: boolean,
  ): Promise<CreateResult[]>;

  getExecution(id: string): Promise<ExecutionRecord | null>;
  /** @param machineId the machine's id, or its name, which is that of the living machine */
  findExecution(machineId: string, name: string): Promise<ExecutionRecord | null>;
  /** As `findExecution`, for several names; in their order. */
  findExecutions(names: readonly ExecutionName[]): Promise<(ExecutionRecord | null)[]>;

  /**
   * Requests the abort of executions. Those without a worker become runnable at once, and their
   * tasks are returned for sending; a worker learns of the request from its heartbeat. An execution
   * that never started gives up its unique key.
   * @param notBegunOnly leaves those alone that run or have begun an attempt
   */
  requestAbort(executionIds: readonly string[], notBegunOnly?: boolean): Promise<Wakeup[]>;
  /**
   * Makes FAILED, TIMED_OUT or ABORTED executions PENDING_REDRIVE and runnable, and resets their
   * attempts. Their fence grows, so that an earlier worker can no longer write. They lose their
   * unique key, which another execution may hold by now, and their deadline, because the caller
   * wants them to run. Returns the tasks to send.
   * @param versions what the executions of these machines run on from now on. @default their own
   */
  redriveExecutions(executionIds: readonly string[], versions?: MachineVersions): Promise<Wakeup[]>;

  /**
   * Deletes up to `limit` executions, with their history, that ended more than `retentionMs` ago
   * (or their own retention, when they have one). Keeps executions that are in the archive or
   * belong to an open batch, and the target of a link whose source still exists. Returns how many
   * were deleted.
   */
  pruneExecutions(retentionMs: number, limit: number): Promise<number>;
}

/**
 * A connection to the store's own database, in which its caller has begun a transaction: a client
 * of the package `pg`, or anything else with its `query(text, values)`.
 */
export interface TransactionClient {
  query(text: string, values: unknown[]): PromiseLike<{ readonly rows: readonly object[] }>;
}

/** What is recorded in a caller's transaction: it is there when the caller has committed. */
export type TransactionStore = Pick<ExecutionStore, 'createExecutions' | 'getExecution'>;
