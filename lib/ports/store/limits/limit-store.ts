import type { Wakeup } from '../execution-store.ts';

/**
 * How many permits of one limit may be in use at once, or how quickly they are handed out: one of
 * the two.
 */
export interface LimitTerms {
  /** Maximum number of permits in use; null for a rate. */
  readonly concurrency: number | null;
  /** Average time between two permits, in milliseconds; null for a concurrency. */
  readonly intervalMs: number | null;
  /**
   * Number of permits that an unused rate has saved up at most, 1 for a concurrency. The part above
   * 1 is also how late a look at the rate may come without loss.
   */
  readonly burst: number;
}

/** One limit of a scope, as the configuration of the calling process has it. */
export interface LimitRule extends LimitTerms {
  /** What is limited: a machine or a handler. All decisions about one scope are made in turn. */
  readonly scope: string;
  /** Names the limit; unique within its scope. */
  readonly rule: string;
}

/** A limit of which a holder needs a permit, with the key that it counts under. */
export interface LimitNeed extends LimitTerms {
  readonly rule: string;
  /** '' for a limit that all share. */
  readonly key: string;
}

/** Who holds permits of a scope: an execution, or one call of it. */
export interface PermitHolder {
  readonly scope: string;
  readonly executionId: string;
  /** The call's command; '' for the execution itself. */
  readonly command: string;
  /** The fence of the execution's claim. */
  readonly fence: number;
}

/** A request for the permits of one holder: it gets all of them together, or waits. */
export interface PermitRequest extends PermitHolder {
  /** In the order in which they are tried. */
  readonly needs: readonly LimitNeed[];
  /**
   * The scopes that the holder asks for once it has these permits. One that waits in any of them
   * has had these before: it does not use up a rate again.
   */
  readonly nextScopes: readonly string[];
  /** Holders with different keys take turns when they wait for a limit that they share. */
  readonly fairKey: string;
  /**
   * Whether its execution, which runs nothing yet, is given up and sleeps when it has to wait:
   * `worker_id` is freed, and it is due when its permits are granted, or at its deadline.
   */
  readonly parks: boolean;
  /**
   * Whether the execution commits before anything begins that the permits allow. Then they need not
   * survive a crash of the store until that commit does.
   */
  readonly commitFollows: boolean;
}

/** Permits that a holder gives back. */
export interface PermitRelease extends PermitHolder {
  /** The rules and keys of the request. */
  readonly needs: readonly Pick<LimitNeed, 'rule' | 'key'>[];
}

/** What became of requests. */
export interface PermitAnswer {
  /** In the order of the requests: whether each has its permits now. */
  readonly granted: readonly boolean[];
  /** Time until the first of the waiting requests may have its turn at a rate; null for none. */
  readonly nextMs: number | null;
}

/** What a release or a look at the waiting has woken. */
export interface PermitGrants {
  /** Executions that slept and are runnable now: the caller runs them, or sends their tasks. */
  readonly wakeups: readonly Wakeup[];
  /** Time until the next permit of a rate that something waits for; null for none. */
  readonly nextMs: number | null;
}

/** How a limit is used, over all of its keys. */
export interface LimitUse {
  readonly scope: string;
  readonly rule: string;
  /** Permits in use; those of a rate are used up at once, so it has none. */
  readonly inUse: number;
  readonly waiting: number;
  /** Time that the first has waited, in milliseconds; null when none waits. */
  readonly oldestMs: number | null;
  /** The keys with the most waiting, then with the most in use. */
  readonly keys: readonly LimitKeyUse[];
}

/** How one key of a limit is used. */
export interface LimitKeyUse {
  readonly key: string;
  readonly inUse: number;
  readonly waiting: number;
}

/** How long a granted permit waits for its execution to be claimed, in milliseconds. */
export const grantTakenMs = 60_000;

/**
 * The permits of limits. A permit belongs to an execution, or to one of its calls, and not to a
 * worker: whoever claims the execution of a lost worker has its permits, so none comes back before
 * that worker's lease has expired and the execution has gone on.
 *
 * A holder gets the permits of all limits of a scope in one step and holds none of them while it
 * waits; what it has of an earlier scope it keeps until it has all. Those that wait for one limit
 * are served in the order of their turns: keys alternate, and within a key the first comes first.
 * Numbers are the caller's: each process decides by its own configuration.
 */
export interface LimitStore {
  /**
   * Hands out permits, many holders in one statement. Repeating a request whose answer was lost, or
   * under a later fence, changes nothing: the holder keeps its permits or its turn. One that has
   * put its execution to sleep gets nothing, also once the permits are granted: whoever claims the
   * execution then has them.
   */
  acquirePermits(requests: readonly PermitRequest[]): Promise<PermitAnswer>;
  /**
   * Takes permits back, and the turns of those that wait, and hands them to whoever is next. A
   * release under an earlier fence than that of the last request does nothing.
   */
  releasePermits(
    releases: readonly PermitRelease[],
    rules: readonly LimitRule[],
  ): Promise<PermitGrants>;
  /** Hands out the permits of rates that are due by now. */
  grantPermits(rules: readonly LimitRule[]): Promise<PermitGrants>;
  /**
   * Puts in order what crashes and changed limits leave: takes back permits of executions that have
   * ended or are retried later, of calls that no claim repeats, and those granted long ago and not
   * taken; wakes what has permits and sleeps, and what sleeps and loses them; lets everyone go on
   * whose limit does not exist.
   */
  sweepPermits(rules: readonly LimitRule[]): Promise<PermitGrants>;
  /**
   * Returns those of the executions that have been granted permits while they were still held;
   * these must not sleep. They are made runnable, with a task that the caller sends.
   */
  wakeGranted(executionIds: readonly string[]): Promise<string[]>;
  /**
   * Lists the limits that are in use or waited for, by scope and rule. Counts stop at `cap`.
   * @param top maximum number of keys of each
   */
  listLimits(top: number, cap: number): Promise<LimitUse[]>;
}
