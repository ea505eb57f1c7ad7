import type { Effect, InvokeEffect } from '../../engine/effect.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MissingHandlers } from '../delivery/missing-handlers.ts';
import type { RunStart } from './run-start.ts';

/** What {@link LeftCalls} are constructed from. */
export interface LeftCallsDeps {
  readonly clock: Clock;
  /**
   * Finds out whether calls without a handler here are left to other workers. @default they fail
   */
  readonly missingHandlers?: Pick<MissingHandlers, 'isMissing' | 'findPauseMs'>;
}

/** The calls of one run whose handlers only other workers have, and which are left to them. */
export class LeftCalls {
  readonly #deps: LeftCallsDeps;
  readonly #start: RunStart;
  readonly #isExpress: boolean;
  #commands: ReadonlySet<string> = new Set();
  #pauseMs = 0;

  constructor(deps: LeftCallsDeps, start: RunStart) {
    this.#deps = deps;
    this.#start = start;
    this.#isExpress = start.machine.type === 'EXPRESS';
  }

  /** For how long the execution is given back, in milliseconds; 0 when no call is left. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  has(command: string): boolean {
    return this.#commands.has(command);
  }

  /** Returns the calls that cannot be made here. */
  findMissing(effects: readonly Effect[]): readonly InvokeEffect[] {
    const { missingHandlers } = this.#deps;
    if (missingHandlers === undefined || this.#isExpress) return [];
    const calls = effects.filter((each) => each.type === 'invoke');
    return calls.filter((call) => missingHandlers.isMissing(call));
  }

  /** Leaves those of `missing` whose handlers other workers have; returns whether there are any. */
  async leave(missing: readonly InvokeEffect[], isFirstRound: boolean): Promise<boolean> {
    const { missingHandlers, clock } = this.#deps;
    const { claimed, snapshot } = this.#start;
    const waitingSince = isFirstRound ? snapshot.latestAt || claimed.createdAt : clock.now();
    const left = new Map<string, number>();
    for (const effect of missing) {
      const pauseMs = await missingHandlers?.findPauseMs(claimed, [effect], waitingSince);
      if (typeof pauseMs === 'number') left.set(effect.command, pauseMs);
    }
    this.#commands = new Set(left.keys());
    if (left.size > 0) this.#pauseMs = Math.max(1, Math.min(...left.values()));
    return left.size > 0;
  }

  /**
   * Returns for how long an execution of an EXPRESS machine is given back before it starts, because
   * another worker has all of its handlers: it starts over wherever it is interrupted. Null when it
   * runs here.
   */
  async findExpressPauseMs(): Promise<number | null> {
    const { missingHandlers } = this.#deps;
    const { claimed, machine, eventsAfterSignals } = this.#start;
    const isEnded = eventsAfterSignals.length > 0;
    if (missingHandlers === undefined || !this.#isExpress || isEnded) return null;
    const missing = machine.resources.filter((task) => missingHandlers.isMissing(task));
    if (missing.length === 0) return null;
    return await missingHandlers.findPauseMs(claimed, missing, claimed.createdAt);
  }
}
