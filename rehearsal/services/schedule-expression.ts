/** When a schedule of EventBridge Scheduler is due, pure: `at(…)`, `rate(…)` and `cron(…)`. */
import { type Cron, cronYears, parseCron } from './cron.ts';
import { instantOf, localTimeAt } from './time-zone.ts';

/** A schedule expression, read. */
export type ScheduleExpression =
  /** Once; the time is local, written as if it were UTC. */
  | { readonly kind: 'at'; readonly localMs: number }
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

/** What decides, beside its expression, when a schedule is due. */
export interface Timing {
  readonly expression: ScheduleExpression;
  /** The name of the time zone that `at` and `cron` are in. */
  readonly timeZone: string;
  /** When a rate begins: its start date, else its creation; milliseconds since 1970. */
  readonly startMs: number;
  /** Nothing is due later. */
  readonly endMs?: number;
}

const dayMs = 86_400_000;
const units: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: dayMs,
};

/** Reads an expression; undefined when Scheduler would refuse it. */
export function parseScheduleExpression(text: string): ScheduleExpression | undefined {
  const [, kind, inner = ''] = /^(at|rate|cron)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'at') {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) return undefined;
    const localMs = Date.parse(`${inner}Z`);
    return Number.isNaN(localMs) ? undefined : { kind, localMs };
  }
  if (kind === 'rate') {
    const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? [];
    const everyMs = Number(count) * (units[unit] ?? 0);
    return everyMs > 0 ? { kind, everyMs } : undefined;
  }
  const cron = kind === 'cron' ? parseCron(inner) : undefined;
  return cron && { kind: 'cron', cron };
}

/** The first time after `afterMs` that the schedule is due; undefined when there is none. */
export function nextDue(timing: Timing, afterMs: number): number | undefined {
  const due = nextOf(timing, afterMs);
  return due === undefined || (timing.endMs !== undefined && due > timing.endMs) ? undefined : due;
}

function nextOf({ expression, timeZone, startMs }: Timing, afterMs: number): number | undefined {
  switch (expression.kind) {
    case 'at': {
      const due = instantOf(expression.localMs, timeZone);
      return due !== undefined && due > afterMs ? due : undefined;
    }
    case 'rate': {
      const passed = Math.floor((afterMs - startMs) / expression.everyMs) + 1;
      return startMs + Math.max(0, passed) * expression.everyMs;
    }
    case 'cron':
      return nextOfCron(expression.cron, timeZone, Math.max(afterMs, startMs - 1));
  }
}

function nextOfCron(cron: Cron, timeZone: string, afterMs: number): number | undefined {
  const shown = localTimeAt(afterMs, timeZone);
  for (let day = Math.floor(shown / dayMs) * dayMs; ; day += dayMs) {
    const date = new Date(day);
    const year = date.getUTCFullYear();
    if (year > cronYears.last) return undefined;
    if (!cron.runsOn({ year, month: date.getUTCMonth() + 1, day: date.getUTCDate() })) continue;
    const due = nextOnDay(cron, timeZone, day, { afterMs, shown });
    if (due !== undefined) return due;
  }
}

/**
 * Local times are taken in their order, which is that of their instants, too: of a time that comes
 * twice the first counts.
 */
function nextOnDay(
  { hours, minutes }: Cron,
  timeZone: string,
  day: number,
  { afterMs, shown }: { readonly afterMs: number; readonly shown: number },
): number | undefined {
  for (const hour of hours) {
    for (const minute of minutes) {
      const local = day + hour * 3_600_000 + minute * 60_000;
      const due = local < shown ? undefined : instantOf(local, timeZone);
      if (due !== undefined && due > afterMs) return due;
    }
  }
  return undefined;
}
