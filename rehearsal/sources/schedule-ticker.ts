/**
 * The clock of EventBridge Scheduler: tells which schedules fire. Cron expressions and one-time
 * schedules keep the real time, because functions reckon with it; the minutes of a rate go by
 * faster, by a factor.
 */
import type { Clock } from '../../lib/ports/clock.ts';
import type { Firing, Schedule, ScheduleBook } from '../services/schedule-book.ts';

/** What the ticker works with. */
export interface ScheduleTickerOptions {
  readonly book: ScheduleBook;
  readonly clock: Clock;
  /** How much faster the minutes of a rate go by. */
  readonly speed: number;
  readonly newId: () => string;
  onFire(firing: Firing): void;
}

/** How often is looked what is due, in milliseconds. */
const lookMs = 200;

/** See this file's head. */
export class ScheduleTicker {
  readonly #options: ScheduleTickerOptions;
  /** When each rate fired last here, by its ARN. */
  readonly #fired = new Map<string, number>();
  #cancel: () => void = () => {};

  constructor(options: ScheduleTickerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#look();
  }

  stop(): void {
    this.#cancel();
    this.#cancel = () => {};
  }

  #look(): void {
    const { book, clock, onFire } = this.#options;
    const now = clock.now();
    const byTime = book.due(now).filter(({ schedule }) => schedule.expression.kind !== 'rate');
    for (const firing of [...byTime, ...this.#dueRates(now)]) onFire(firing);
    this.#cancel = clock.after(lookMs, () => this.#look());
  }

  #dueRates(now: number): Firing[] {
    const { book, speed, newId } = this.#options;
    return book.schedules.flatMap((schedule) => {
      const everyMs = periodOf(schedule, speed);
      if (everyMs === null) return [];
      // One that is turned on again begins anew, as one that is new does.
      const since = Math.max(this.#fired.get(schedule.arn) ?? 0, schedule.modifiedMs);
      const isFirst = !this.#fired.has(schedule.arn);
      if (!isFirst && now - since < everyMs) return [];
      this.#fired.set(schedule.arn, now);
      return [{ schedule, target: schedule.target, scheduledMs: now, executionId: newId() }];
    });
  }
}

function periodOf({ expression, state }: Schedule, speed: number): number | null {
  return expression.kind === 'rate' && state === 'ENABLED' ? expression.everyMs / speed : null;
}
