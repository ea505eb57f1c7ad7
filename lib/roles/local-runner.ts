/**
 * Runs executions in this process without a queue, each to its end: sleeps are waited out here.
 * What it cannot end (the process is stopped) stays in the store, and any worker can go on with it.
 */
import { MillraceError, messageOf } from '../errors.ts';
import { pause } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ClaimRefusal, ExecutionStore } from '../ports/execution-store.ts';
import type { RunOutcome } from './execution-run.ts';
import type { Executor } from './executor.ts';
import { Heartbeater } from './heartbeater.ts';
import type { NestedExecutions } from './nested-executions.ts';
import type { RoleOptions } from './role.ts';

export interface LocalRunnerOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'claim' | 'heartbeat' | 'endLease'>;
  readonly executor: Executor;
  readonly entropy: Entropy;
  /**
   * How long its executions stay its own without a sign of life, in milliseconds. @default 30,000
   */
  readonly leaseMs?: number;
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
  /** What is under way here: a claim of these would take them from this runner itself. */
  readonly #running = new Set<string>();
  #workerId: string;
  #stopping = new AbortController();
  /** Aborts when sleepers are to be looked at before their time. */
  #nudge = new AbortController();

  constructor(options: LocalRunnerOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? 30_000;
    this.#workerId = options.entropy.uuid();
    this.#heartbeater = new Heartbeater({
      ...options,
      leaseMs: this.#leaseMs,
      workerId: () => this.#workerId,
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
    const run = (id: string): void => {
      if (ids.has(id)) return;
      ids.add(id);
      // Its end may be what others of the tree wait for.
      const running = this.runToEnd(id).then(() => this.#lookNow());
      // Each is waited for below; one that fails must not end the process before.
      running.catch(() => {});
      runs.push(running);
    };
    const unwatch = children.watch(({ id, parentId }) => {
      if (ids.has(parentId)) run(id);
    });
    try {
      run(executionId);
      for (const running of runs) await running;
    } finally {
      unwatch();
    }
  }

  /** Resolves when the execution has ended, here or elsewhere. */
  async runToEnd(executionId: string): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = await this.#step(executionId);
      if (pauseMs === null) return;
      await pause(this.#options.clock, pauseMs, AbortSignal.any([signal, this.#nudge.signal]));
    }
    throw new MillraceError('STOPPED', 'the process stopped before the execution ended', {
      fields: { executionId },
    });
  }

  /**
   * Runs it as far as it goes now; answers the pause before the next step, or null when it has
   * ended.
   */
  async #step(executionId: string): Promise<number | null> {
    if (this.#running.has(executionId)) return lookAgainMs;
    this.#running.add(executionId);
    try {
      return await this.#claimAndRun(executionId);
    } finally {
      this.#running.delete(executionId);
    }
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

  #lookNow(): void {
    const nudge = this.#nudge;
    this.#nudge = new AbortController();
    nudge.abort();
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
