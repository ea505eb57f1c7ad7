/** What EventBridge Scheduler refuses of an expression: told here, as nothing else is deployed. */
import type { BatchTriggers } from '../../config/app-description.ts';
import type { MillraceProps } from '../millrace-props.ts';

const fieldNames = ['minutes', 'hours', 'day of month', 'month', 'day of week', 'year'] as const;

/** The characters that a field of cron may have. */
const fieldPattern = /^[\dA-Z*?,/#LW-]+$/i;

/** The least and most of the numbers in a field, where it is of numbers alone. */
const bounds: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
  [1970, 2199],
];

/** One sentence each. */
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
  if (kind === 'cron') return cronProblems(where, schedule, inner.trim().split(/\s+/));
  if (kind === 'rate' && /^[1-9]\d* (minute|hour|day)s?$/.test(inner)) return [];
  return [
    `${where}: expected cron(minutes hours day month weekday year) or rate(5 minutes), in minutes, ` +
      `hours or days, found '${schedule}'`,
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
  const problems = wrong.map((name) => `${where}: the ${name} in '${schedule}' cannot be`);
  if ([fields[2], fields[4]].filter((field) => field === '?').length !== 1) {
    problems.push(
      `${where}: exactly one of day of month and day of week must be ?, found '${schedule}'`,
    );
  }
  return problems;
}

function isField(field: string, index: number): boolean {
  const [least = 0, most = 0] = bounds[index] ?? [];
  const numbers = field.split(/[,/-]/).filter((part) => /^\d+$/.test(part));
  // Behind a slash stands a step, which may be less than the least.
  const low = field.includes('/') ? 0 : least;
  return fieldPattern.test(field) && numbers.every((each) => +each >= low && +each <= most);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
