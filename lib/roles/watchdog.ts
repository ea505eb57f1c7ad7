import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Role } from './role.ts';

/** What a {@link Watchdog} is constructed from. */
export interface WatchdogDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Returns the loops that must make progress. */
  readonly loops: () => readonly Role[];
}

/** What was seen of a loop. */
interface Quiet {
  /** When it last gave a sign of life, by the monotonic clock. */
  readonly aliveMs: number;
  /** How long it was watched since then, in milliseconds. */
  readonly watchedMs: number;
}

/** Time between two looks, in milliseconds. */
const lookMs = 1_000;

/** How much of the time between two looks counts: a process that was frozen is not stuck. */
const countedMsMax = 2 * lookMs;

/**
 * Watches loops for progress. A loop whose round gives no sign of life for as long as the role
 * allows, although the process runs, waits for something that never comes: an answer over a
 * connection that is dead, or a promise that is never settled.
 *
 * A round that fails is a sign of life, and so is the wait between two rounds: an unreachable
 * database makes no loop stuck.
 */
export class Watchdog {
  readonly #deps: WatchdogDeps;
  readonly #quiet = new Map<Role, Quiet>();
  #cancel: () => void = () => {};

  constructor(deps: WatchdogDeps) {
    this.#deps = deps;
  }

  /** @param onStuck called once, with the name of the first loop that is stuck */
  start(onStuck: (name: string) => void): void {
    const { clock } = this.#deps;
    const lookedMs = clock.monotonicMs();
    this.#cancel = clock.after(lookMs, () => {
      const stuck = this.#look(clock.monotonicMs() - lookedMs);
      if (stuck === null) this.start(onStuck);
      else onStuck(stuck);
    });
  }

  stop(): void {
    this.#cancel();
  }

  #look(elapsedMs: number): string | null {
    const loops = this.#deps.loops();
    for (const loop of loops) {
      const { name, state, quietMs, quietMsMax } = loop.progress;
      const aliveMs = this.#deps.clock.monotonicMs() - quietMs;
      const before = this.#quiet.get(loop);
      const isQuiet = state === 'working' && before?.aliveMs === aliveMs;
      const watchedMs = isQuiet ? before.watchedMs + Math.min(elapsedMs, countedMsMax) : 0;
      this.#quiet.set(loop, { aliveMs, watchedMs });
      if (watchedMs <= quietMsMax) continue;
      const fields = { role: name, quietMs: Math.round(quietMs), quietMsMax };
      this.#deps.logger.error(
        `${name} stuck: the process ends, so that another takes over`,
        fields,
      );
      return name;
    }
    return null;
  }
}
