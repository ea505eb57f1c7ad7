import { batchDefaults } from '../../batch/batch-options.ts';
import { parseLabels } from '../../batch/execution-labels.ts';
import { checkKeys } from '../../config/check-keys.ts';
import { durationMsMax } from '../../engine/limits.ts';
import { MillraceError } from '../../errors.ts';
import type {
  ExecutionLabels,
  NewExecution,
  TransactionClient,
} from '../../ports/store/execution-store.ts';
import { checkTraceparent } from './trace-start.ts';

/** How an execution or a task is queued. */
export interface EnqueueOptions {
  /** The queue that its tasks go to. @default 'default' */
  readonly priority?: string;
  /** Maximum number of retries of a failed execution. @default 3 */
  readonly retriesMax?: number;
  /** Maximum duration of one attempt, in milliseconds; then it ends TIMED_OUT. @default no limit */
  readonly timeoutMs?: number;
  /**
   * When it must have ended, all attempts included: a date, or milliseconds since 1970. After that
   * it ends TIMED_OUT, even if it never started. @default none
   */
  readonly deadline?: Date | number;
  /** How long it is kept after its end, in milliseconds. @default `retentionDays` */
  readonly retentionMs?: number;
  /**
   * The caller's place in a trace, as in the header `traceparent` of W3C: what is started here is a
   * part of that trace. @default the active span of OpenTelemetry, if there is one
   */
  readonly traceparent?: string;
  /**
   * By which it is found in lists, such as `{ customer: '7' }`: at most 16, each key of at most 64
   * and each value of at most 256 characters. Numbers and booleans become texts. @default none
   */
  readonly labels?: LabelInput;
  /**
   * A client of the package `pg`, or anything with its `query(text, values)`, in a transaction on
   * the store's own database. What is enqueued is recorded in that transaction, and is sent when it
   * has been committed. Only with the store `postgres`. @default a transaction of its own
   */
  readonly client?: TransactionClient;
}

/** Labels as users give them; a null leaves its label out. */
export type LabelInput = Readonly<Record<string, string | number | boolean | null>>;

/** When it starts: at a date (or milliseconds since 1970), or after a delay. */
export type When = { readonly at: Date | number } | { readonly delayMs: number };

/** The options in the form in which they are recorded. */
export type EnqueueTerms = Pick<
  NewExecution,
  | 'queue'
  | 'retriesMax'
  | 'startInMs'
  | 'timeoutMs'
  | 'deadlineAt'
  | 'retentionMs'
  | 'traceparent'
  | 'labels'
>;

const optionKeys = [
  'priority',
  'retriesMax',
  'timeoutMs',
  'deadline',
  'retentionMs',
  'traceparent',
  'labels',
  'client',
];

/** Maximum of `retriesMax`. Our own limit: work that repeats more often is a schedule. */
const retriesLimit = 1_000;

/** What the options are checked against. */
export interface EnqueueCircumstances {
  /** The queues of the app. */
  readonly queues: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Checks the options and converts them to what is recorded.
 * @param when null: at once
 * @throws INVALID_ARGUMENT
 */
export function toEnqueueTerms(
  options: EnqueueOptions,
  when: When | null,
  { queues, now }: EnqueueCircumstances,
): EnqueueTerms {
  checkKeys('the options', options, optionKeys);
  const { priority = batchDefaults.priority, retriesMax = batchDefaults.retriesMax } = options;
  const { timeoutMs, deadline, retentionMs, traceparent } = options;
  if (!queues.includes(priority)) {
    const known = queues.join(', ');
    throw invalid(`the priority must be one of the queues ${known}; found '${priority}'`);
  }
  const startInMs = when === null ? 0 : parseDelay(when, now);
  return {
    queue: priority,
    retriesMax: wholeNumber('retriesMax', retriesMax, 0, retriesLimit),
    ...(startInMs > 0 && { startInMs }),
    ...(timeoutMs !== undefined && {
      timeoutMs: wholeNumber('timeoutMs', timeoutMs, 1, durationMsMax),
    }),
    ...(deadline !== undefined && { deadlineAt: parseDeadline(deadline, now + startInMs) }),
    ...(retentionMs !== undefined && {
      retentionMs: wholeNumber('retentionMs', retentionMs, 0, durationMsMax),
    }),
    ...(traceparent !== undefined && { traceparent: checkTraceparent(traceparent) }),
    ...(options.labels !== undefined && { labels: checkLabels(options.labels) }),
  };
}

/** Returns labels in the form in which they are recorded. Throws INVALID_ARGUMENT. */
function checkLabels(labels: LabelInput): ExecutionLabels {
  const parsed = parseLabels(labels);
  if ('labels' in parsed) return parsed.labels;
  throw invalid(`labels: ${parsed.problem}`);
}

function parseDelay(when: When, now: number): number {
  checkKeys('the start', when, ['at', 'delayMs']);
  if ('delayMs' in when && 'at' in when) throw invalid('the start is at or delayMs; found both');
  if ('delayMs' in when) return wholeNumber('delayMs', when.delayMs, 0, durationMsMax);
  return Math.max(0, parseInstant('at', when.at) - now);
}

function parseDeadline(deadline: Date | number, startsAt: number): number {
  const at = parseInstant('deadline', deadline);
  if (at > startsAt) return at;
  throw invalid(
    `the deadline must be later than the start (${isoText(startsAt)}); found ${isoText(at)}`,
  );
}

/** A fraction of a millisecond is cut off: databases keep whole milliseconds. */
function parseInstant(name: string, instant: Date | number): number {
  const at = Math.floor(Number(instant));
  if ((instant instanceof Date || typeof instant === 'number') && Math.abs(at) <= dateMsMax) {
    return at;
  }
  throw invalid(`${name} must be a date, or milliseconds since 1970; found ${String(instant)}`);
}

/** The latest instant of a Date, in milliseconds since 1970. */
const dateMsMax = 8_640_000_000_000_000;

function isoText(at: number): string {
  return new Date(at).toISOString();
}

function wholeNumber(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(
    `${name} must be a whole number from ${min} to ${max}; found ${JSON.stringify(value)}`,
  );
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
