/**
 * The schedule expressions of EventBridge Scheduler, `at(…)`, `rate(…)` and `cron(…)`, and those of
 * crontab(5) with five fields.
 */
import { type Cron, cronYears, parseCron } from './cron.ts';
import { parseFiveFieldCron, toSchedulerCron } from './five-field-cron.ts';
import { toInstant, toLocalTime } from './time-zone.ts';

/** A parsed schedule expression. */
export type ScheduleExpression =
  /** Fires once, at a local time that is written as if it were UTC. */
  | { readonly kind: 'at'; readonly localMs: number }
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

/** Everything that decides when a schedule fires. */
export interface ScheduleTiming {
  readonly expression: ScheduleExpression;
  /** The time zone of `at` and `cron`. */
  readonly timeZone: string;
  /** When a rate begins, in milliseconds since 1970: its start date, or else its creation. */
  readonly startMs: number;
  /** Nothing fires after this time. */
  readonly endMs?: number;
}

const dayMs = 86_400_000;
const schedulerForm = /^(at|rate|cron)\((.*)\)$/;
const units: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: dayMs,
};

/** Parses an expression; undefined when Scheduler would refuse it, and cron, too. */
export function parseScheduleExpression(text: string): ScheduleExpression | undefined {
  const [, kind, inner = ''] = schedulerForm.exec(text) ?? [];
  if (kind === undefined) {
    const cron = parseFiveFieldCron(text);
    return cron && { kind: 'cron', cron };
  }
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

/**
 * Returns an expression as EventBridge Scheduler takes it; undefined for five fields that it cannot
 * say.
 */
export function toSchedulerExpression(text: string): string | undefined {
  return schedulerForm.test(text) ? text : toSchedulerCron(text);
}

/** Returns the first time after `afterMs` that a schedule fires; undefined when there is none. */
export function nextFireTime(timing: ScheduleTiming, afterMs: number): number | undefined {
  const due = nextTime(timing, afterMs);
  return due === undefined || (timing.endMs !== undefined && due > timing.endMs) ? undefined : due;
}

function nextTime(
  { expression, timeZone, startMs }: ScheduleTiming,
  afterMs: number,
): number | undefined {
  switch (expression.kind) {
    case 'at': {
      const due = toInstant(expression.localMs, timeZone);
      return due !== undefined && due > afterMs ? due : undefined;
    }
    case 'rate': {
      const passed = Math.floor((afterMs - startMs) / expression.everyMs) + 1;
      return startMs + Math.max(0, passed) * expression.everyMs;
    }
    case 'cron':
      return nextCronTime(expression.cron, timeZone, Math.max(afterMs, startMs - 1));
  }
}

function nextCronTime(cron: Cron, timeZone: string, afterMs: number): number | undefined {
  const afterLocalMs = toLocalTime(afterMs, timeZone);
  for (let day = Math.floor(afterLocalMs / dayMs) * dayMs; ; day += dayMs) {
    const date = new Date(day);
    const year = date.getUTCFullYear();
    if (year > cronYears.last) return undefined;
    if (!cron.runsOn({ year, month: date.getUTCMonth() + 1, day: date.getUTCDate() })) continue;
    const due = nextOnDay(cron, timeZone, day, { afterMs, afterLocalMs });
    if (due !== undefined) return due;
  }
}

/** Tries local times in order, which is the order of their instants: a repeated one fires once. */
function nextOnDay(
  { hours, minutes }: Cron,
  timeZone: string,
  day: number,
  { afterMs, afterLocalMs }: { readonly afterMs: number; readonly afterLocalMs: number },
): number | undefined {
  for (const hour of hours) {
    for (const minute of minutes) {
      const local = day + hour * 3_600_000 + minute * 60_000;
      const due = local < afterLocalMs ? undefined : toInstant(local, timeZone);
      if (due !== undefined && due > afterMs) return due;
    }
  }
  return undefined;
}
