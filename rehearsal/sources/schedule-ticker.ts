import type { Clock } from '../../lib/ports/clock.ts';
import type { Firing, Schedule, ScheduleRegistry } from '../services/schedule-registry.ts';

/** What a {@link ScheduleTicker} works with. */
export interface ScheduleTickerDeps {
  readonly registry: ScheduleRegistry;
  readonly clock: Clock;
  /** How many times faster than real time `rate(…)` schedules run. */
  readonly speed: number;
  readonly newId: () => string;
  onFire(firing: Firing): void;
}

/** Time between two checks for due schedules, in milliseconds. */
const checkIntervalMs = 200;

/**
 * Fires the schedules of EventBridge Scheduler. Rates run faster by a factor; cron expressions and
 * one-time schedules keep real time, as functions rely on their times.
 */
export class ScheduleTicker {
  readonly #deps: ScheduleTickerDeps;
  /** When each rate last fired, by ARN. */
  readonly #fired = new Map<string, number>();
  #cancel: () => void = () => {};

  constructor(deps: ScheduleTickerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#check();
  }

  stop(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  #check(): void {
    const { registry, clock, onFire } = this.#deps;
    const now = clock.now();
    const byTime = registry
      .takeDue(now)
      .filter(({ schedule }) => schedule.expression.kind !== 'rate');
    for (const firing of [...byTime, ...this.#dueRates(now)]) onFire(firing);
    this.#cancel = clock.after(checkIntervalMs, () => this.#check());
  }

  #dueRates(now: number): Firing[] {
    const { registry, speed, newId } = this.#deps;
    return registry.schedules.flatMap((schedule) => {
      const everyMs = effectivePeriodMs(schedule, speed);
      if (everyMs === null) return [];
      // A schedule that is enabled again starts over, like a new one.
      const since = Math.max(this.#fired.get(schedule.arn) ?? 0, schedule.modifiedMs);
      const isFirst = !this.#fired.has(schedule.arn);
      if (!isFirst && now - since < everyMs) return [];
      this.#fired.set(schedule.arn, now);
      return [{ schedule, target: schedule.target, scheduledMs: now, executionId: newId() }];
    });
  }
}

/** Null for a schedule that is no rate, or disabled. */
function effectivePeriodMs({ expression, state }: Schedule, speed: number): number | null {
  return expression.kind === 'rate' && state === 'ENABLED' ? expression.everyMs / speed : null;
}
