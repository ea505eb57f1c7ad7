import type { BatchTriggers } from '../../config/app-description.ts';
import type { MillraceProps } from '../millrace-props.ts';

const fieldNames = ['minutes', 'hours', 'day of month', 'month', 'day of week', 'year'] as const;

/** Characters of a cron field. */
const fieldPattern = /^[\dA-Z*?,/#LW-]+$/i;

/** Minimum and maximum of the numbers in each field. */
const bounds: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
  [1970, 2199],
];

/** Returns what EventBridge Scheduler would refuse about the schedules of batches. */
export function triggerProblems({ app, triggers = {} }: MillraceProps): string[] {
  return app.batches.flatMap((batch) => {
    const { schedule, timeZone }: BatchTriggers = triggers[batch.name] ?? batch;
    const where = `batches.${batch.name}`;
    return [
      ...(schedule === undefined ? [] : scheduleProblems(`${where}.schedule`, schedule)),
      ...(timeZone === undefined || isTimeZone(timeZone)
        ? []
        : [`${where}.timeZone: expected a name like Europe/Berlin, found '${timeZone}'`]),
    ];
  });
}

function scheduleProblems(where: string, schedule: string): string[] {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === 'at' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) return [];
  if (kind === 'cron') return cronProblems(where, schedule, inner.trim().split(/\s+/));
  if (kind === 'rate' && /^[1-9]\d* (minute|hour|day)s?$/.test(inner)) return [];
  return [
    `${where}: expected cron(minutes hours day month weekday year), rate(5 minutes), in minutes, ` +
      `hours or days, or at(2026-05-01T02:00:00), found '${schedule}'`,
  ];
}

function cronProblems(where: string, schedule: string, fields: readonly string[]): string[] {
  if (fields.length !== fieldNames.length) {
    return [
      `${where}: cron expects ${fieldNames.join(', ')}, found ${fields.length} fields in ` +
        `'${schedule}'`,
    ];
  }
  const wrong = fieldNames.filter((_, index) => !isField(fields[index] ?? '', index));
  const problems = wrong.map((name) => `${where}: invalid ${name} in '${schedule}'`);
  if ([fields[2], fields[4]].filter((field) => field === '?').length !== 1) {
    problems.push(
      `${where}: exactly one of day of month and day of week must be ?, found '${schedule}'`,
    );
  }
  return problems;
}

function isField(field: string, index: number): boolean {
  const [min = 0, max = 0] = bounds[index] ?? [];
  const numbers = field.split(/[,/-]/).filter((part) => /^\d+$/.test(part));
  // The number after a slash is a step, which may be below the minimum.
  const low = field.includes('/') ? 0 : min;
  return fieldPattern.test(field) && numbers.every((each) => +each >= low && +each <= max);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
