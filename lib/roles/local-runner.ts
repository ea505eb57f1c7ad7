import { hasCode, MillraceError, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ClaimRefusal, ClaimStore } from '../ports/store/claim-store.ts';
import type { Wakeup } from '../ports/store/execution-store.ts';
import type { LeaseStore } from '../ports/store/lease-store.ts';
import { pause } from '../retry/pause.ts';
import type { NestedExecutions } from './callbacks/nested-executions.ts';
import { Heartbeater } from './delivery/heartbeater.ts';
import type { Executor } from './execution/executor.ts';
import type { RunOutcome } from './execution/run-outcome.ts';
import type { RoleOptions } from './role.ts';
import { workerDefaults } from './worker.ts';

/** What a {@link LocalRunner} is constructed from, and how it runs. */
export interface LocalRunnerOptions extends RoleOptions {
  readonly store: ClaimStore & LeaseStore;
  readonly executor: Executor;
  readonly entropy: Entropy;
  /**
   * Times what recurs while nothing happens: heartbeats, and looks at executions that wait for
   * something outside. @default `clock`
   */
  readonly backgroundClock?: Clock;
  /** How long its lease lasts without a heartbeat, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
  /** Maximum number of executions that run at once; sleeping ones do not count. @default 200 */
  readonly concurrency?: number;
}

/**
 * Time between two attempts to claim an execution that sleeps without a due time, or that another
 * worker holds, in milliseconds.
 */
const pollMs = 500;

/** The pause before the next step of an execution. */
interface StepPause {
  readonly ms: number;
  /** Whether it only looks again whether there is something to do. */
  readonly isPoll: boolean;
}

const nextPoll: StepPause = Object.freeze({ ms: pollMs, isPoll: true });

/**
 * Runs executions in this process without a queue, each to its end, and waits out their sleeps. An
 * execution that has not ended when the process stops stays in the store, and any worker can
 * continue it.
 */
export class LocalRunner {
  readonly #options: LocalRunnerOptions;
  readonly #backgroundClock: Clock;
  readonly #leaseMs: number;
  readonly #heartbeater: Heartbeater;
  /** Ids of executions that are claimed here: a second claim would take them from this runner. */
  readonly #claimed = new Set<string>();
  /** Executions that are run to their end here; aborting the controller ends their pause. */
  readonly #pauses = new Map<string, AbortController>();
  readonly #concurrency: number;
  /** Steps that wait for a slot. */
  readonly #queue: (() => void)[] = [];
  #slotsTaken = 0;
  #stopping = new AbortController();

  constructor(options: LocalRunnerOptions) {
    this.#options = options;
    this.#backgroundClock = options.backgroundClock ?? options.clock;
    this.#leaseMs = options.leaseMs ?? 30_000;
    this.#concurrency = options.concurrency ?? workerDefaults.concurrency;
    this.#heartbeater = new Heartbeater({
      ...options,
      clock: this.#backgroundClock,
      leaseMs: this.#leaseMs,
    });
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#options.executor.resume();
    this.#heartbeater.start();
  }

  /** Releases running executions; each pending {@link runToEnd} rejects with STOPPED. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#options.executor.drain();
    this.#options.executor.abandon();
    await this.#heartbeater.stop();
    await this.#endLease();
  }

  /** Resolves when the execution has ended, and all nested executions that it has started. */
  async runTree(executionId: string, children: Pick<NestedExecutions, 'watch'>): Promise<void> {
    const ids = new Set<string>();
    const runs: Promise<void>[] = [];
    const run = (id: string, parentId: string | null): void => {
      // A child that is aborted is reported a second time.
      if (ids.has(id)) {
        this.wake(id);
        return;
      }
      ids.add(id);
      // The parent may wait for this end.
      const running = this.runToEnd(id).then(() => this.wake(parentId));
      // Each is awaited below; until then a rejection must not end the process.
      running.catch(() => {});
      runs.push(running);
    };
    const unwatch = children.watch(({ id, parentId }) => {
      if (ids.has(parentId)) run(id, parentId);
    });
    try {
      run(executionId, null);
      for (const running of runs) await running;
    } finally {
      unwatch();
    }
  }

  /** Whether the execution is run to its end here. */
  isRunning(executionId: string): boolean {
    return this.#pauses.has(executionId);
  }

  /** Ends the pause of an execution that is run here, so that its next step comes at once. */
  wake(executionId: string | null): void {
    if (executionId !== null) this.#pauses.get(executionId)?.abort();
  }

  /**
   * Runs the executions of `wakeups` with their nested executions, in place of a queue; those that
   * run here already are woken. Returns how many there are.
   */
  async dispatch(
    wakeups: readonly Pick<Wakeup, 'executionId'>[],
    children: Pick<NestedExecutions, 'watch'>,
  ): Promise<number> {
    for (const { executionId } of wakeups) {
      if (this.isRunning(executionId)) this.wake(executionId);
      else void this.runTree(executionId, children).catch((error) => this.#logFailure(error));
    }
    return wakeups.length;
  }

  /** Resolves when the execution has ended, here or elsewhere, or is held back with its batch. */
  async runToEnd(executionId: string): Promise<void> {
    const { signal } = this.#stopping;
    try {
      while (!signal.aborted) {
        const waking = new AbortController();
        this.#pauses.set(executionId, waking);
        const next = await this.#step(executionId);
        if (next === null) return;
        const clock = next.isPoll ? this.#backgroundClock : this.#options.clock;
        await pause(clock, next.ms, AbortSignal.any([signal, waking.signal]));
      }
    } finally {
      this.#pauses.delete(executionId);
    }
    throw new MillraceError(
      'STOPPED',
      `the process stopped before the execution ${executionId} ended; run \`millrace dev\` to ` +
        'continue it, unless the store was in memory',
      { fields: { executionId } },
    );
  }

  /** Runs the execution as far as possible now. Returns the next delay; null when it has ended. */
  async #step(executionId: string): Promise<StepPause | null> {
    if (this.#claimed.has(executionId)) return nextPoll;
    this.#claimed.add(executionId);
    this.#heartbeater.pollFast();
    try {
      await this.#takeSlot();
      return await this.#claimAndRun(executionId);
    } finally {
      this.#claimed.delete(executionId);
      this.#slotsTaken -= 1;
      this.#queue.shift()?.();
    }
  }

  async #takeSlot(): Promise<void> {
    this.#slotsTaken += 1;
    if (this.#slotsTaken <= this.#concurrency) return;
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #logFailure(error: unknown): void {
    if (hasCode(error, 'STOPPED')) return;
    const message = 'local execution interrupted: another process can continue it';
    this.#options.logger.error(message, { error: messageOf(error) });
  }

  async #claimAndRun(executionId: string): Promise<StepPause | null> {
    const { store, executor } = this.#options;
    const { claimed, refused } = await store.claim(
      this.#heartbeater.workerId,
      this.#leaseMs,
      [executionId],
      { alone: this.#slotsTaken === 1 },
    );
    const [execution] = claimed;
    if (execution !== undefined) return pauseAfter(await executor.run(execution));
    const [refusal] = refused;
    return refusal === undefined ? null : pauseAfterRefusal(refusal);
  }

  async #endLease(): Promise<void> {
    try {
      await this.#options.store.endLease(this.#heartbeater.workerId);
    } catch (error) {
      this.#options.logger.warn('lease not released: it will expire', {
        workerId: this.#heartbeater.workerId,
        error: messageOf(error),
      });
    }
  }
}

function pauseAfter(outcome: RunOutcome): StepPause | null {
  if (outcome.kind === 'ended') return null;
  return outcome.kind === 'suspended' ? pauseUntilDue(outcome.dueInMs) : nextPoll;
}

function pauseUntilDue(ms: number | null | undefined): StepPause {
  return ms === null || ms === undefined ? nextPoll : { ms, isPoll: false };
}

function pauseAfterRefusal(refusal: ClaimRefusal): StepPause | null {
  switch (refusal.reason) {
    case 'ended':
    case 'onHold':
      return null;
    case 'held':
      return { ms: Math.min(refusal.ms, pollMs), isPoll: true };
    case 'notDue':
      return pauseUntilDue(refusal.ms);
    case 'missing':
      throw new MillraceError('UNKNOWN_EXECUTION', 'the store has no such execution', {
        fields: { executionId: refusal.id },
      });
  }
}
