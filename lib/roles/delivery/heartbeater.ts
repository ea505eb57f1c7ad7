/**
 * Keeps what a worker holds its own: beats renew the worker's lease in the store, and every so
 * often hide its deliveries from other workers. A beat tells the store what the worker is and
 * brings news: who was asked to abort and who has signals. It notices when the lease was lost.
 *
 * Two paces: *idle*, three beats in a lease; *busy*, a beat every two seconds, so that what runs
 * here can be stopped that soon. A beat is one small row, an extension a message to the broker for
 * each delivery: extensions keep the slower pace. A beat waits for none of them: a broker that
 * takes its time costs no lease.
 */
import { messageOf } from '../../errors.ts';
import type { Broker, Delivery } from '../../ports/broker.ts';
import type { ExecutionStore } from '../../ports/execution-store.ts';
import { RepeatedFailure } from '../../retry/repeated-failure.ts';
import { Role, type RoleOptions } from '../role.ts';

export interface HeartbeaterOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'heartbeat'>;
  /** Where the held deliveries came from; absent when none is ever held. */
  readonly broker?: Pick<Broker, 'extend'>;
  readonly leaseMs: number;
  readonly workerId: () => string;
  /** What the worker is, for people: one JSON text. Absent: it is not listed among the workers. */
  readonly about?: (() => string) | undefined;
  /** Whether anything runs that news might concern. */
  readonly isBusy: () => boolean;
  readonly onAbortRequested: (executionIds: readonly string[]) => void;
  readonly onSignalled: (executionIds: readonly string[]) => void;
  /** No beat came through for a whole lease: what was held may be another's by now. */
  readonly onLeaseLost: () => void;
}

/** Beats within one lease, so that two may fail. */
const beatsPerLease = 3;

/** Time between two beats of a busy worker, in milliseconds. */
const newsMs = 2_000;

export class Heartbeater extends Role {
  readonly name = 'heartbeater';
  protected override readonly failurePauseMaxMs: number;
  readonly #options: HeartbeaterOptions;
  readonly #held = new Map<string, Delivery>();
  readonly #extensions: RepeatedFailure;
  #lastBeatAt: number | null = null;
  #lastExtendedAt = Number.NEGATIVE_INFINITY;
  #pace: 'idle' | 'busy' = 'idle';
  /** Whether work has begun since the last beat. */
  #workBegan = false;
  /** Null when no extension is under way. */
  #extending: Promise<void> | null = null;

  constructor(options: HeartbeaterOptions) {
    super(options);
    this.#options = options;
    this.#extensions = new RepeatedFailure(options);
    this.failurePauseMaxMs = options.leaseMs / (2 * beatsPerLease);
  }

  protected override begin(): void {
    this.#lastBeatAt = null;
    this.#lastExtendedAt = Number.NEGATIVE_INFINITY;
  }

  protected override async end(): Promise<void> {
    await this.#extending;
  }

  /** Work has begun: news is looked for at the quick pace from now on. */
  quicken(): void {
    this.#workBegan = true;
    if (this.#pace === 'idle') this.wake();
  }

  /** Keeps a delivery hidden from now on. */
  hold(delivery: Delivery): void {
    this.#held.set(delivery.receipt, delivery);
  }

  /** Leaves a delivery alone from now on; to be called before it is acknowledged or released. */
  release(delivery: Delivery): void {
    this.#held.delete(delivery.receipt);
  }

  /**
   * Resolves when no extension is under way: one that is answered after a release would undo its
   * delay.
   */
  quiet(): Promise<void> {
    return this.#extending ?? Promise.resolve();
  }

  async tick(): Promise<number> {
    const { clock, store, leaseMs, workerId, about, isBusy } = this.#options;
    const idleMs = leaseMs / beatsPerLease;
    const beganAt = clock.now();
    if (this.#lastBeatAt !== null && beganAt - this.#lastBeatAt > leaseMs) this.#loseLease();
    // Work that came and went in between counts too: else each short task would have its own beat.
    this.#pace = isBusy() || this.#workBegan ? 'busy' : 'idle';
    this.#workBegan = false;
    const { abortRequested, signalled } = await store.heartbeat(workerId(), leaseMs, about?.());
    this.#lastBeatAt = beganAt;
    if (abortRequested.length > 0) this.#options.onAbortRequested(abortRequested);
    if (signalled.length > 0) this.#options.onSignalled(signalled);
    if (this.#extending === null && beganAt - this.#lastExtendedAt >= idleMs) {
      this.#lastExtendedAt = beganAt;
      this.#extending = this.#extend().finally(() => {
        this.#extending = null;
      });
    }
    return this.#pace === 'busy' ? Math.min(newsMs, idleMs) : idleMs;
  }

  async #extend(): Promise<void> {
    const { broker, leaseMs } = this.#options;
    const held = [...this.#held.values()];
    if (broker === undefined || held.length === 0) return;
    try {
      const stale = await broker.extend(held, leaseMs);
      for (const receipt of stale) this.#held.delete(receipt);
      this.#extensions.worked('deliveries are extended again');
    } catch (error) {
      // A delivery that shows up again is refused by its claim: a nuisance, no harm.
      this.#extensions.failed('warn', 'deliveries were not extended', {
        deliveries: held.length,
        error: messageOf(error),
      });
    }
  }

  #loseLease(): void {
    this.#options.logger.warn('the lease ran out; what was held is left to other workers', {
      workerId: this.#options.workerId(),
      deliveries: this.#held.size,
    });
    this.#held.clear();
    this.#lastBeatAt = null;
    this.#options.onLeaseLost();
  }
}
