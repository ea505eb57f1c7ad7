import type { BatchLeaseFilter, BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';

/** Selects the batches of a leader: by a filter, or by a function that returns their ids. */
export type LeaderScope = BatchLeaseFilter | (() => Promise<readonly string[]>);

/** What {@link BatchLeases} are constructed from. */
export interface BatchLeasesDeps {
  readonly store: Pick<BatchStore, 'leaseBatches' | 'releaseBatch'>;
  readonly scope: LeaderScope;
  /** How long a lease lasts without being renewed, in milliseconds. */
  readonly leaseMs: number;
}

/** Maximum number of batches that one leader leads. */
const batchesMax = 100;

/** The leases of one leader on the batches in its scope. */
export class BatchLeases {
  readonly #deps: BatchLeasesDeps;
  readonly #leaderId: string;
  #held: readonly LeasedBatch[] = [];

  constructor(deps: BatchLeasesDeps, leaderId: string) {
    this.#deps = deps;
    this.#leaderId = leaderId;
  }

  /** Number of batches leased by the last {@link renew}. */
  get count(): number {
    return this.#held.length;
  }

  /**
   * Renews its leases, takes free batches, and returns every batch that is leased now. A batch
   * that is missing has ended, is paused, or belongs to another leader.
   * @param except batches that are neither renewed nor taken
   */
  async renew(except: readonly string[] = []): Promise<readonly LeasedBatch[]> {
    this.#held = await this.#lease(except);
    return this.#held;
  }

  /** Ends all leases, so that another leader can take the batches at once. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    await Promise.all(held.map(({ id, fence }) => this.#deps.store.releaseBatch(id, fence)));
  }

  async #lease(except: readonly string[]): Promise<readonly LeasedBatch[]> {
    const { store, scope, leaseMs } = this.#deps;
    if (typeof scope !== 'function') {
      const filter = except.length === 0 ? scope : { ...scope, except };
      return store.leaseBatches(this.#leaderId, leaseMs, batchesMax, filter);
    }
    const leased: LeasedBatch[] = [];
    const ids = (await scope()).filter((id) => !except.includes(id));
    for (const batchId of ids.slice(0, batchesMax)) {
      leased.push(...(await store.leaseBatches(this.#leaderId, leaseMs, 1, { batchId })));
    }
    return leased;
  }
}
