/** What Scheduler accepts as a schedule, read strictly, in the words of its API. */
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { parseScheduleExpression, type ScheduleExpression } from './schedule-expression.ts';
import { invalid } from './scheduler-fault.ts';
import { isTimeZone } from './time-zone.ts';

/** A schedule as it was asked for, with the defaults filled in. */
export interface ScheduleSpec {
  readonly name: string;
  readonly group: string;
  readonly expression: ScheduleExpression;
  /** As it was written. */
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

/** Whom a schedule invokes, and as whom. */
export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  /** A JSON text for functions. */
  readonly input?: string;
  readonly deadLetterArn?: string;
  readonly retries: number;
  readonly eventAgeSecondsMax: number;
  /** The whole target, as it was written. */
  readonly written: JsonObject;
}

/** Reads the members of `CreateSchedule`, which are those of CloudFormation, too. */
export function readScheduleSpec(input: JsonObject): ScheduleSpec {
  const expressionText = requiredText(input, 'ScheduleExpression');
  const expression = parseScheduleExpression(expressionText);
  if (expression === undefined) throw invalid(`Invalid Schedule Expression ${expressionText}.`);
  const timeZone = text(input, 'ScheduleExpressionTimezone') ?? 'UTC';
  if (!isTimeZone(timeZone)) throw invalid(`Invalid ScheduleExpressionTimezone ${timeZone}.`);
  const startMs = date(input, 'StartDate');
  const endMs = date(input, 'EndDate');
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs) {
    throw invalid('The EndDate must come after the StartDate.');
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

/** The name of a schedule or a group. */
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
    written: value,
    ...(input === undefined ? {} : { input }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

function checkJson(input: string): void {
  try {
    JSON.parse(input);
  } catch {
    throw invalid('The Input for the target must be valid JSON.');
  }
}

function readWindow(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw constraint(value, 'flexibleTimeWindow', 'not be null');
  const mode = getOwn(value, 'Mode');
  const minutes = getOwn(value, 'MaximumWindowInMinutes');
  if (mode === 'OFF' && minutes === undefined) return { Mode: mode };
  if (mode === 'OFF') throw invalid('MaximumWindowInMinutes must not be set where Mode is OFF.');
  if (mode !== 'FLEXIBLE') throw constraint(mode, 'flexibleTimeWindow.mode', 'be OFF or FLEXIBLE');
  within(value, 'MaximumWindowInMinutes', 1, 1_440);
  if (minutes === undefined)
    throw invalid('MaximumWindowInMinutes must be set where Mode is FLEXIBLE.');
  return { Mode: mode, MaximumWindowInMinutes: minutes };
}

function text(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  if (value === undefined || typeof value === 'string') return value;
  throw constraint(value, key, 'be a text');
}

function requiredText(object: JsonObject, key: string): string {
  const value = text(object, key);
  if (value !== undefined && value !== '') return value;
  throw constraint(null, key, 'not be null');
}

/** One of `choices`; the first when it is absent. */
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

/** A whole number; the highest when it is absent. */
function within(object: JsonObject, key: string, lowest: number, highest: number): number {
  const value = getOwn(object, key) ?? highest;
  if (Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest) {
    return Number(value);
  }
  throw constraint(value, key, `be between ${lowest} and ${highest}`);
}

/** A date as the API has it, in seconds since 1970, or as CloudFormation has it. */
function date(object: JsonObject, key: string): number | undefined {
  const value = getOwn(object, key);
  if (value === undefined) return undefined;
  const ms = typeof value === 'number' ? value * 1_000 : Date.parse(String(value));
  if (Number.isFinite(ms)) return ms;
  throw constraint(value, key, 'be a date');
}

function constraint(value: Json | undefined, member: string, rule: string) {
  const found = JSON.stringify(value ?? null);
  return invalid(
    `1 validation error detected: Value ${found} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}
