import type { Effect, InvokeEffect, MapRunRedriveEffect } from '../../engine/effect.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MapRuns } from '../batch/map-run-starter.ts';
import type { MissingHandlers } from '../delivery/missing-handlers.ts';
import type { RunStart } from './run-start.ts';

/** What {@link LeftCalls} are constructed from. */
export interface LeftCallsDeps {
  readonly clock: Clock;
  /**
   * Finds out whether calls without a handler here are left to other workers. @default they fail
   */
  readonly missingHandlers?: Pick<MissingHandlers, 'isMissing' | 'findPauseMs'>;
  readonly mapRuns: MapRuns;
}

/** A call that may have to wait for others. */
type LeavableCall = InvokeEffect | MapRunRedriveEffect;

/**
 * Bounds of the pause until a map run that is still ending is looked at again, in milliseconds;
 * within them it is a quarter of what the execution has waited.
 */
const endingPauseMs = Object.freeze({ min: 1_000, max: 15_000 });

/**
 * The calls of one run that cannot be made now and here. Calls whose handlers only other workers
 * have are left to them. The redrive of a map run that is still ending waits for its children,
 * which may need the slot of this execution.
 */
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

  /** Returns the calls that may have to wait: `leave` decides. */
  findMissing(effects: readonly Effect[]): readonly LeavableCall[] {
    const { missingHandlers } = this.#deps;
    if (this.#isExpress) return [];
    return effects.filter((each): each is LeavableCall => {
      if (each.type === 'mapRunRedrive') return true;
      return each.type === 'invoke' && (missingHandlers?.isMissing(each) ?? false);
    });
  }

  /** Leaves those of `missing` that have to wait; returns whether there are any. */
  async leave(missing: readonly LeavableCall[], isFirstRound: boolean): Promise<boolean> {
    const { clock } = this.#deps;
    const { claimed, snapshot } = this.#start;
    const waitingSince = isFirstRound ? snapshot.latestAt || claimed.createdAt : clock.now();
    const left = new Map<string, number>();
    for (const effect of missing) {
      const pauseMs = await this.#findPauseMs(effect, waitingSince);
      if (pauseMs !== null) left.set(effect.command, pauseMs);
    }
    this.#commands = new Set(left.keys());
    if (left.size > 0) this.#pauseMs = Math.max(1, Math.min(...left.values()));
    return left.size > 0;
  }

  async #findPauseMs(effect: LeavableCall, waitingSince: number): Promise<number | null> {
    const { missingHandlers, mapRuns, clock } = this.#deps;
    const now = clock.now();
    if (effect.type === 'invoke') {
      const { claimed } = this.#start;
      const wait = { since: waitingSince, now };
      return (await missingHandlers?.findPauseMs(claimed, [effect], wait)) ?? null;
    }
    if (!(await mapRuns.isStillEnding(effect))) return null;
    const { min, max } = endingPauseMs;
    return Math.min(max, Math.max(min, Math.round((now - waitingSince) / 4)));
  }

  /**
   * Returns for how long an execution of an EXPRESS machine is given back before it starts, because
   * another worker has all of its handlers: it starts over wherever it is interrupted. Null when it
   * runs here.
   */
  async findExpressPauseMs(): Promise<number | null> {
    const { missingHandlers, clock } = this.#deps;
    const { claimed, machine, eventsAfterSignals } = this.#start;
    const isEnded = eventsAfterSignals.length > 0;
    if (missingHandlers === undefined || !this.#isExpress || isEnded) return null;
    const missing = machine.resources.filter((task) => missingHandlers.isMissing(task));
    if (missing.length === 0) return null;
    const wait = { since: claimed.createdAt, now: clock.now() };
    return await missingHandlers.findPauseMs(claimed, missing, wait);
  }
}
