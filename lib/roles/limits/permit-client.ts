import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import type {
  LimitRule,
  LimitStore,
  PermitGrants,
  PermitRelease,
  PermitRequest,
} from '../../ports/store/limits/limit-store.ts';
import type { Store } from '../../ports/store/store.ts';
import { pause } from '../../retry/pause.ts';
import { RepeatedFailureLogger } from '../../retry/repeated-failure-logger.ts';
import { forServiceFaults, retry } from '../../retry/retry.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import { GroupWriter } from '../execution/group-writer.ts';

/** What a {@link PermitClient} is constructed from. */
export interface PermitClientDeps {
  readonly store: LimitStore & Pick<Store, 'gatherMs'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rules: readonly LimitRule[];
  /** Maximum time to retry an unreachable store, in milliseconds; the lease's length. */
  readonly retryMsMax: number;
}

/** Runs executions that were woken here; returns those that it has no room for. */
export type WokenTaker = (wakeups: readonly Wakeup[]) => Promise<readonly Wakeup[]>;

type Entry =
  | { readonly kind: 'acquire'; readonly request: PermitRequest }
  | { readonly kind: 'release'; readonly release: PermitRelease }
  | { readonly kind: 'wake'; readonly executionId: string };

/** Maximum number of entries in one group. */
const groupMax = 500;

/**
 * Minimum time between two looks at a rate that something waits for, in milliseconds: several
 * permits are handed out by one statement, and what an unused rate saves up covers the time.
 */
const lookMsMin = 150;

/**
 * The permits of one process: collects what its executions ask for and give back, and does it for
 * many of them in one statement each. What is given back comes first, so that who is next gets it.
 *
 * Executions that a statement has woken run here, where there is room: that costs no message, and
 * they do not queue up behind tasks that came later. The others get a task. While something waits
 * for a rate, it looks for it when its permit is due.
 */
export class PermitClient {
  readonly #deps: PermitClientDeps;
  readonly #writer: GroupWriter<Entry, boolean>;
  readonly #failures: RepeatedFailureLogger;
  #taker: WokenTaker | null = null;
  #look: { readonly dueMs: number; readonly cancel: () => void } | null = null;
  #isOpen = false;

  constructor(deps: PermitClientDeps) {
    this.#deps = deps;
    this.#failures = new RepeatedFailureLogger(deps);
    const { gatherMs = 0 } = deps.store;
    const gather = gatherMs > 0 ? () => pause(deps.clock, gatherMs) : undefined;
    this.#writer = new GroupWriter((group) => this.#write(group), groupMax, gather);
  }

  /** Sets who runs executions that are woken here. @default all of them get a task */
  serve(taker: WokenTaker): void {
    this.#taker = taker;
    this.#isOpen = true;
    if (this.#hasRates) this.#lookIn(0);
  }

  get #hasRates(): boolean {
    return this.#deps.rules.some(({ intervalMs }) => intervalMs !== null);
  }

  /** Looks at rates once, in a process that cannot look all the time. Never rejects. */
  async look(): Promise<void> {
    if (this.#hasRates) await this.#lookNow();
  }

  /** Gives all that is woken from now on a task, and looks for no rates any more. */
  close(): void {
    this.#isOpen = false;
    this.#taker = null;
    this.#look?.cancel();
    this.#look = null;
  }

  /** Resolves when everything so far is done. */
  idle(): Promise<void> {
    return this.#writer.idle();
  }

  /** Asks for permits; resolves with whether the holder has them now. */
  acquire(request: PermitRequest): Promise<boolean> {
    return this.#writer.add({ kind: 'acquire', request });
  }

  /** Gives permits back. Never rejects: the sweeper takes back what stays. */
  async release(release: PermitRelease): Promise<void> {
    try {
      await this.#writer.add({ kind: 'release', release });
    } catch (error) {
      this.#deps.logger.warn('permits not given back: the sweeper takes them back', {
        scope: release.scope,
        executionId: release.executionId,
        error: messageOf(error),
      });
    }
  }

  /** Whether an execution that sleeps now was granted permits before: it has been woken then. */
  wakeGranted(executionId: string): Promise<boolean> {
    return this.#writer.add({ kind: 'wake', executionId });
  }

  async #write(group: readonly Entry[]): Promise<boolean[]> {
    const { store, rules } = this.#deps;
    const releases = group.flatMap((entry) => (entry.kind === 'release' ? entry.release : []));
    if (releases.length > 0) {
      await this.#hand(await this.#retry(() => store.releasePermits(releases, rules)));
    }
    const requests = group.flatMap((entry) => (entry.kind === 'acquire' ? entry.request : []));
    const answer =
      requests.length > 0 ? await this.#retry(() => store.acquirePermits(requests)) : null;
    if (answer !== null && answer.nextMs !== null) this.#lookIn(answer.nextMs);
    const sleepers = group.flatMap((entry) => (entry.kind === 'wake' ? entry.executionId : []));
    const woken = new Set(
      sleepers.length > 0 ? await this.#retry(() => store.wakeGranted(sleepers)) : [],
    );
    let asked = 0;
    return group.map((entry) => {
      if (entry.kind === 'wake') return woken.has(entry.executionId);
      if (entry.kind === 'release') return true;
      asked += 1;
      return answer?.granted[asked - 1] ?? false;
    });
  }

  /** Every statement is safe to repeat when its answer was lost. */
  async #retry<Result>(call: () => Promise<Result>): Promise<Result> {
    const { clock, retryMsMax } = this.#deps;
    const backoff = { firstMs: 50, maxMs: 2_000 };
    const result = await retry(call, {
      clock,
      policyFor: forServiceFaults({ backoff, elapsedMsMax: retryMsMax }),
      onRetry: ({ error, delayMs }) =>
        this.#failures.failed('warn', 'permits not handed out: retrying', {
          pauseMs: delayMs,
          error: messageOf(error),
        }),
    });
    this.#failures.recovered('permits handed out again');
    return result;
  }

  async #hand({ wakeups, nextMs }: PermitGrants): Promise<void> {
    if (nextMs !== null) this.#lookIn(nextMs);
    if (wakeups.length === 0) return;
    const left = this.#taker === null ? wakeups : await this.#taker(wakeups);
    if (left.length > 0) await this.#deps.dispatcher.dispatch(left);
  }

  #lookIn(ms: number): void {
    const { clock } = this.#deps;
    const delayMs = Math.max(ms, lookMsMin);
    const dueMs = clock.monotonicMs() + delayMs;
    if (!this.#isOpen || (this.#look !== null && this.#look.dueMs <= dueMs)) return;
    this.#look?.cancel();
    this.#look = { dueMs, cancel: clock.after(delayMs, () => void this.#lookNow()) };
  }

  async #lookNow(): Promise<void> {
    this.#look = null;
    const { store, rules } = this.#deps;
    try {
      await this.#hand(await store.grantPermits(rules));
      this.#failures.recovered('permits handed out again');
    } catch (error) {
      const fields = { error: messageOf(error) };
      this.#failures.failed('warn', 'rates not looked at: trying again', fields);
      this.#lookIn(1_000);
    }
  }
}
