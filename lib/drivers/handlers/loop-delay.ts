import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { CallInHand, CallsInHand } from './calls-in-hand.ts';
import { callFields, listCalls } from './describe-calls.ts';

/** What a {@link LoopDelay} is constructed from. */
export interface LoopDelayDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly calls: Pick<CallsInHand, 'takeRecent'>;
}

/** Time between two looks at the event loop, in milliseconds. */
const lookMs = 500;

/** A delay from which on the event loop counts as blocked, in milliseconds. */
const blockedMsMin = 1_000;

/**
 * Warns of handlers that block the event loop: while one computes without an `await`, no other
 * execution goes on, and no heartbeat is sent. It notices when the loop goes on again.
 */
export class LoopDelay {
  readonly #deps: LoopDelayDeps;
  #cancel: () => void = () => {};

  constructor(deps: LoopDelayDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, calls } = this.#deps;
    const startedMs = clock.monotonicMs();
    this.#cancel = clock.after(lookMs, () => {
      const recent = calls.takeRecent();
      const blockedMs = clock.monotonicMs() - startedMs - lookMs;
      if (blockedMs >= blockedMsMin) this.#warn(blockedMs, recent);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  #warn(blockedMs: number, recent: readonly CallInHand[]): void {
    const message = 'event loop blocked: no other execution and no heartbeat went on';
    const guilty = recent.filter(({ beganForMs }) => beganForMs >= blockedMsMin / 2);
    const [only] = guilty.length === 0 ? recent : guilty;
    const one = guilty.length === 1 || recent.length === 1 ? only : undefined;
    // Without a handler in hand it is the process itself, or a machine without a free processor.
    const level = recent.length === 0 ? 'info' : 'warn';
    this.#deps.logger[level](message, {
      blockedMs: Math.round(blockedMs),
      ...(one === undefined
        ? { suspects: listCalls(guilty.length === 0 ? recent : guilty) }
        : callFields(one)),
    });
  }
}
