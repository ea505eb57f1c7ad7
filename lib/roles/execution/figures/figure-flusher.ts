import { messageOf } from '../../../errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Logger } from '../../../ports/logger.ts';
import type { FigureStore } from '../../../ports/store/figures/figure-store.ts';
import { seriesSteps } from '../../../ports/store/figures/step-figures.ts';
import type { FigureCollector } from './figure-collector.ts';

/** What a {@link FigureFlusher} is constructed from. */
export interface FigureFlusherDeps {
  readonly figures: Pick<FigureCollector, 'onIdle' | 'isIdle' | 'drain'>;
  readonly store: Pick<FigureStore, 'addSums'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a process runs nothing before its sums are written, in milliseconds. */
const idleMs = 1_000;

/**
 * Writes the sums of a process that runs nothing any more: no commit would take them. It does so
 * once it has been idle for a second, at most once in a time slot, and when it is closed. Sums that
 * cannot be written are lost: a second attempt could add them twice.
 */
export class FigureFlusher {
  readonly #deps: FigureFlusherDeps;
  #cancel: (() => void) | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(deps: FigureFlusherDeps) {
    this.#deps = deps;
    deps.figures.onIdle(() => this.#schedule());
  }

  /** Writes what is left. Nothing may run any more. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    await this.#flush();
  }

  #schedule(): void {
    if (this.#cancel !== null) return;
    const { clock, figures } = this.#deps;
    const waitMs = Math.max(idleMs, this.#lastAt + seriesSteps.recent - clock.now());
    this.#cancel = clock.after(waitMs, () => {
      this.#cancel = null;
      if (figures.isIdle) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const { figures, store, clock, logger } = this.#deps;
    const sums = figures.drain();
    if (sums === null) return;
    this.#lastAt = clock.now();
    try {
      await store.addSums(sums);
    } catch (error) {
      logger.warn('figures not written: charts lack some seconds', { error: messageOf(error) });
    }
  }
}
