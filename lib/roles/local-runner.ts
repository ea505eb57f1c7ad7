/**
 * Runs executions in this process without a queue, each to its end: sleeps are waited out here.
 * What it cannot end (the process is stopped) stays in the store, and any worker can go on with it.
 */
import { hasCode, MillraceError, messageOf } from '../errors.ts';
import { pause } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ClaimRefusal, ExecutionStore, Wakeup } from '../ports/execution-store.ts';
import type { NestedExecutions } from './callbacks/nested-executions.ts';
import { Heartbeater } from './delivery/heartbeater.ts';
import type { RunOutcome } from './execution/execution-run.ts';
import type { Executor } from './execution/executor.ts';
import type { RoleOptions } from './role.ts';
import { workerDefaults } from './worker.ts';

export interface LocalRunnerOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'claim' | 'heartbeat' | 'endLease'>;
  readonly executor: Executor;
  readonly entropy: Entropy;
  /**
   * How long its executions stay its own without a sign of life, in milliseconds. @default 30,000
   */
  readonly leaseMs?: number;
  /** Executions at work at once; those that sleep do not count. @default 200 */
  readonly concurrency?: number;
}

/**
 * How often a sleeper without a due time, or one that another worker holds, is looked at again, in
 * milliseconds.
 */
const lookAgainMs = 500;

export class LocalRunner {
  readonly #options: LocalRunnerOptions;
  readonly #leaseMs: number;
  readonly #heartbeater: Heartbeater;
  /** What is at work here: a claim of these would take them from this runner itself. */
  readonly #running = new Set<string>();
  /** What is brought to its end here, and how to let its next step come at once. */
  readonly #underWay = new Map<string, AbortController>();
  readonly #concurrency: number;
  /** Who waits until fewer are at work. */
  readonly #queue: (() => void)[] = [];
  #atWork = 0;
  #workerId: string;
  #stopping = new AbortController();

  constructor(options: LocalRunnerOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? 30_000;
    this.#concurrency = options.concurrency ?? workerDefaults.concurrency;
    this.#workerId = options.entropy.uuid();
    this.#heartbeater = new Heartbeater({
      ...options,
      leaseMs: this.#leaseMs,
      workerId: () => this.#workerId,
      isBusy: () => this.#running.size > 0,
      onAbortRequested: (ids) => options.executor.abort(ids),
      onSignalled: (ids) => void options.executor.takeSignals(ids),
      onLeaseLost: () => this.#startAnew(),
    });
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#options.executor.resume();
    this.#heartbeater.start();
  }

  /** Hands back what runs; each `runToEnd` under way rejects with STOPPED. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#options.executor.drain();
    this.#options.executor.abandon();
    await this.#heartbeater.stop();
    await this.#endLease();
  }

  /** Resolves when the execution has ended, and every execution that it or these have started. */
  async runTree(executionId: string, children: Pick<NestedExecutions, 'watch'>): Promise<void> {
    const ids = new Set<string>();
    const runs: Promise<void>[] = [];
    const run = (id: string, parentId: string | null): void => {
      // It is told of again when it is aborted.
      if (ids.has(id)) {
        this.#lookNow(id);
        return;
      }
      ids.add(id);
      // Its end may be what its parent waits for.
      const running = this.runToEnd(id).then(() => this.#lookNow(parentId));
      // Each is waited for below; one that fails must not end the process before.
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

  /** Whether it brings the execution to its end. */
  runs(executionId: string): boolean {
    return this.#underWay.has(executionId);
  }

  /**
   * Runs executions that have a task, in the place of a queue, as {@link runTree} does; lets those
   * that run already have their next step at once. Answers how many there are.
   */
  async dispatch(
    wakeups: readonly Pick<Wakeup, 'executionId'>[],
    children: Pick<NestedExecutions, 'watch'>,
  ): Promise<number> {
    for (const { executionId } of wakeups) {
      if (this.runs(executionId)) this.#lookNow(executionId);
      else void this.runTree(executionId, children).catch((error) => this.#leave(error));
    }
    return wakeups.length;
  }

  /** Resolves when the execution has ended, here or elsewhere. */
  async runToEnd(executionId: string): Promise<void> {
    const { signal } = this.#stopping;
    try {
      while (!signal.aborted) {
        const next = new AbortController();
        this.#underWay.set(executionId, next);
        const pauseMs = await this.#step(executionId);
        if (pauseMs === null) return;
        await pause(this.#options.clock, pauseMs, AbortSignal.any([signal, next.signal]));
      }
    } finally {
      this.#underWay.delete(executionId);
    }
    throw new MillraceError(
      'STOPPED',
      `the process stopped before the execution ${executionId} ended; \`millrace dev\` goes on ` +
        'with it, unless the store was in memory',
      { fields: { executionId } },
    );
  }

  /**
   * Runs it as far as it goes now; answers the pause before the next step, or null when it has
   * ended.
   */
  async #step(executionId: string): Promise<number | null> {
    if (this.#running.has(executionId)) return lookAgainMs;
    this.#running.add(executionId);
    this.#heartbeater.quicken();
    try {
      await this.#freeSlot();
      return await this.#claimAndRun(executionId);
    } finally {
      this.#running.delete(executionId);
      this.#atWork -= 1;
      this.#queue.shift()?.();
    }
  }

  async #freeSlot(): Promise<void> {
    this.#atWork += 1;
    if (this.#atWork <= this.#concurrency) return;
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  /** It stays in the store: the process stops, or the store does not answer. */
  #leave(error: unknown): void {
    if (hasCode(error, 'STOPPED')) return;
    this.#options.logger.error('an execution was left to another process', {
      error: messageOf(error),
    });
  }

  async #claimAndRun(executionId: string): Promise<number | null> {
    const { store, executor } = this.#options;
    const { claimed, refused } = await store.claim(this.#workerId, this.#leaseMs, [executionId]);
    const [execution] = claimed;
    if (execution !== undefined) return pauseAfter(await executor.run(execution));
    const [refusal] = refused;
    return refusal === undefined ? null : pauseAfterRefusal(refusal);
  }

  async #endLease(): Promise<void> {
    try {
      await this.#options.store.endLease(this.#workerId);
    } catch (error) {
      this.#options.logger.warn('the lease could not be ended; it runs out', {
        workerId: this.#workerId,
        error: messageOf(error),
      });
    }
  }

  /** Lets the next step of an execution that runs here come at once. */
  #lookNow(executionId: string | null): void {
    if (executionId !== null) this.#underWay.get(executionId)?.abort();
  }

  #startAnew(): void {
    this.#options.executor.abandon();
    this.#workerId = this.#options.entropy.uuid();
  }
}

function pauseAfter(outcome: RunOutcome): number | null {
  if (outcome.kind === 'ended') return null;
  return outcome.kind === 'suspended' ? (outcome.dueInMs ?? lookAgainMs) : lookAgainMs;
}

function pauseAfterRefusal(refusal: ClaimRefusal): number | null {
  switch (refusal.reason) {
    case 'ended':
      return null;
    case 'held':
      return Math.min(refusal.ms, lookAgainMs);
    case 'notDue':
      return refusal.ms ?? lookAgainMs;
    case 'missing':
      throw new MillraceError('UNKNOWN_EXECUTION', 'the store does not know this execution', {
        fields: { executionId: refusal.id },
      });
  }
}
