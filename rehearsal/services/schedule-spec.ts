import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import {
  parseScheduleExpression,
  type ScheduleExpression,
  toSchedulerExpression,
} from '../../lib/batch/schedule/schedule-expression.ts';
import { isTimeZone } from '../../lib/batch/schedule/time-zone.ts';
import { validationError } from './scheduler-error.ts';

/** A schedule as it was requested, with the defaults filled in. */
export interface ScheduleSpec {
  readonly name: string;
  readonly group: string;
  readonly expression: ScheduleExpression;
  /** The expression as it was written. */
  readonly expressionText: string;
  readonly timeZone: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly target: ScheduleTarget;
  readonly flexibleWindow: JsonObject;
  readonly afterCompletion: 'NONE' | 'DELETE';
  readonly description?: string;
  /** Milliseconds since 1970. */
  readonly startMs?: number;
  readonly endMs?: number;
}

/** What a schedule invokes, and with which role. */
export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  /** JSON if the target is a function. */
  readonly input?: string;
  readonly deadLetterArn?: string;
  readonly retries: number;
  readonly eventAgeSecondsMax: number;
  /** The whole target as it was requested. */
  readonly raw: JsonObject;
}

/**
 * Reads the members of `CreateSchedule`, which are also the properties in CloudFormation. Throws
 * Scheduler's own validation errors.
 */
export function readScheduleSpec(input: JsonObject): ScheduleSpec {
  const expressionText = requiredText(input, 'ScheduleExpression');
  const expression = parseScheduleExpression(expressionText);
  // Five fields of cron are an expression of Millrace, not of the service.
  const isOwn = toSchedulerExpression(expressionText) === expressionText;
  if (expression === undefined || !isOwn)
    throw validationError(`Invalid Schedule Expression ${expressionText}.`);
  const timeZone = text(input, 'ScheduleExpressionTimezone') ?? 'UTC';
  if (!isTimeZone(timeZone))
    throw validationError(`Invalid ScheduleExpressionTimezone ${timeZone}.`);
  const startMs = date(input, 'StartDate');
  const endMs = date(input, 'EndDate');
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs) {
    throw validationError('The EndDate must come after the StartDate.');
  }
  const description = text(input, 'Description');
  return {
    name: readName(getOwn(input, 'Name'), 'name'),
    group: readName(getOwn(input, 'GroupName') ?? 'default', 'groupName'),
    expression,
    expressionText,
    timeZone,
    state: choice(input, 'State', ['ENABLED', 'DISABLED']),
    target: readTarget(getOwn(input, 'Target')),
    flexibleWindow: readWindow(getOwn(input, 'FlexibleTimeWindow')),
    afterCompletion: choice(input, 'ActionAfterCompletion', ['NONE', 'DELETE']),
    ...(description === undefined ? {} : { description }),
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined ? {} : { endMs }),
  };
}

/** Reads the name of a schedule or a group. */
export function readName(value: Json | undefined, member: string): string {
  if (typeof value === 'string' && /^[0-9a-zA-Z\-_.]{1,64}$/.test(value)) return value;
  throw constraint(
    value,
    member,
    'satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$, length 64',
  );
}

function readTarget(value: Json | undefined): ScheduleTarget {
  if (!isObject(value)) throw constraint(value, 'target', 'not be null');
  const roleArn = requiredText(value, 'RoleArn');
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw constraint(
      roleArn,
      'target.roleArn',
      'satisfy regular expression pattern: ^arn:aws…:role/…$',
    );
  }
  const arn = requiredText(value, 'Arn');
  const input = text(value, 'Input');
  if (arn.split(':')[2] === 'lambda' && input !== undefined) checkJson(input);
  const retry = getOwn(value, 'RetryPolicy');
  const policy = isObject(retry) ? retry : {};
  const dead = getOwn(value, 'DeadLetterConfig');
  const deadLetterArn = isObject(dead) ? text(dead, 'Arn') : undefined;
  if (deadLetterArn !== undefined && deadLetterArn.split(':')[2] !== 'sqs') {
    throw constraint(deadLetterArn, 'target.deadLetterConfig.arn', 'be the ARN of an SQS queue');
  }
  return {
    arn,
    roleArn,
    retries: within(policy, 'MaximumRetryAttempts', 0, 185),
    eventAgeSecondsMax: within(policy, 'MaximumEventAgeInSeconds', 60, 86_400),
    raw: value,
    ...(input === undefined ? {} : { input }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

function checkJson(input: string): void {
  try {
    JSON.parse(input);
  } catch {
    throw validationError('The Input for the target must be valid JSON.');
  }
}

function readWindow(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw constraint(value, 'flexibleTimeWindow', 'not be null');
  const mode = getOwn(value, 'Mode');
  const minutes = getOwn(value, 'MaximumWindowInMinutes');
  if (mode === 'OFF' && minutes === undefined) return { Mode: mode };
  if (mode === 'OFF')
    throw validationError('MaximumWindowInMinutes must not be set where Mode is OFF.');
  if (mode !== 'FLEXIBLE') throw constraint(mode, 'flexibleTimeWindow.mode', 'be OFF or FLEXIBLE');
  within(value, 'MaximumWindowInMinutes', 1, 1_440);
  if (minutes === undefined)
    throw validationError('MaximumWindowInMinutes must be set where Mode is FLEXIBLE.');
  return { Mode: mode, MaximumWindowInMinutes: minutes };
}

function text(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  if (value === undefined || typeof value === 'string') return value;
  throw constraint(value, key, 'be a string');
}

function requiredText(object: JsonObject, key: string): string {
  const value = text(object, key);
  if (value !== undefined && value !== '') return value;
  throw constraint(null, key, 'not be null');
}

/** Reads one of `choices`; the first when the member is missing. */
function choice<T extends string>(
  object: JsonObject,
  key: string,
  choices: readonly [T, ...T[]],
): T {
  const value = getOwn(object, key) ?? choices[0];
  const found = choices.find((each) => each === value);
  if (found !== undefined) return found;
  throw constraint(value, key, `be one of: ${choices.join(', ')}`);
}

/** Reads a whole number; the highest when the member is missing. */
function within(object: JsonObject, key: string, lowest: number, highest: number): number {
  const value = getOwn(object, key) ?? highest;
  if (Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest) {
    return Number(value);
  }
  throw constraint(value, key, `be between ${lowest} and ${highest}`);
}

/** Reads a date in seconds since 1970, as the API has it, or as text, as CloudFormation has it. */
function date(object: JsonObject, key: string): number | undefined {
  const value = getOwn(object, key);
  if (value === undefined) return undefined;
  const ms = typeof value === 'number' ? value * 1_000 : Date.parse(String(value));
  if (Number.isFinite(ms)) return ms;
  throw constraint(value, key, 'be a date');
}

function constraint(value: Json | undefined, member: string, rule: string) {
  const found = JSON.stringify(value ?? null);
  return validationError(
    `1 validation error detected: Value ${found} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}
