import type { Clock } from '../../ports/clock.ts';
import type { ActivityStore } from '../../ports/store/activity-store.ts';
import { pause } from '../../retry/pause.ts';

/** What {@link ActivityWaiters} are constructed from. */
export interface ActivityWaitersDeps {
  readonly store: Pick<ActivityStore, 'listActivities'>;
  readonly clock: Clock;
}

/** Why a wait ended: there may be a task, the store failed, or neither. */
type WaitEnd = { readonly found: boolean; readonly error?: unknown };

/** Ends a wait. */
type EndWait = (end: WaitEnd) => void;

/** Time between two looks while polls wait, in milliseconds. */
const lookMs = 1_000;

/**
 * The polls of this process that wait for tasks of activities. They share one query a second,
 * however many they are: it says which activities have tasks, and wakes as many polls as there are
 * tasks, those first that have waited longest.
 */
export class ActivityWaiters {
  readonly #deps: ActivityWaitersDeps;
  readonly #waiting = new Map<string, Set<EndWait>>();
  #looking: AbortController | null = null;
  #looks = 0;

  constructor(deps: ActivityWaitersDeps) {
    this.#deps = deps;
  }

  /**
   * Waits until the activity may have a task for the caller, who tries to take it: true then, also
   * when the time was too short for a look; false when it is over or `signal` aborts. Throws what
   * the store throws.
   */
  async wait(activity: string, ms: number, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const looksBefore = this.#looks;
    let outcome: WaitEnd = { found: false };
    const end: EndWait = (given) => {
      outcome = given;
      over.abort();
    };
    const abandon = () => over.abort();
    signal.addEventListener('abort', abandon, { once: true });
    this.#add(activity, end);
    if (!signal.aborted) await pause(this.#deps.clock, ms, over.signal);
    signal.removeEventListener('abort', abandon);
    this.#remove(activity, end);
    if ('error' in outcome) throw outcome.error;
    return outcome.found || (!signal.aborted && this.#looks === looksBefore);
  }

  /** Wakes the polls that have waited longest for tasks of the activity. */
  wake(activity: string, tasks: number): void {
    for (const end of [...(this.#waiting.get(activity) ?? [])].slice(0, tasks)) {
      this.#remove(activity, end);
      end({ found: true });
    }
  }

  #add(activity: string, end: EndWait): void {
    const waiting = this.#waiting.get(activity) ?? new Set();
    this.#waiting.set(activity, waiting.add(end));
    if (this.#looking === null) void this.#look();
  }

  #remove(activity: string, end: EndWait): void {
    const waiting = this.#waiting.get(activity);
    if (waiting?.delete(end) !== true || waiting.size > 0) return;
    this.#waiting.delete(activity);
    // Its timer would keep the process.
    if (this.#waiting.size === 0) this.#looking?.abort();
  }

  /** Looks for tasks until no poll waits. Never rejects: the polls get what the store throws. */
  async #look(): Promise<void> {
    const looking = new AbortController();
    this.#looking = looking;
    const { store, clock } = this.#deps;
    for (;;) {
      await pause(clock, lookMs, looking.signal);
      if (looking.signal.aborted) break;
      try {
        const waiting = await store.listActivities();
        this.#looks += 1;
        for (const { activity, tasks } of waiting) this.wake(activity, tasks);
      } catch (error) {
        this.#fail(error);
      }
      if (looking.signal.aborted) break;
    }
    this.#looking = null;
    if (this.#waiting.size > 0) void this.#look();
  }

  #fail(error: unknown): void {
    for (const [activity, waiting] of [...this.#waiting]) {
      for (const end of [...waiting]) {
        this.#remove(activity, end);
        end({ found: false, error });
      }
    }
  }
}
