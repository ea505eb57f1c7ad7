/** How an execution or a task is queued, as programs say it; refused here is what cannot be. */
import { batchDefaults } from '../batch/batch-options.ts';
import { checkKeys } from '../config/known-keys.ts';
import { durationMsMax } from '../engine/limits.ts';
import { MillraceError } from '../errors.ts';
import type { NewExecution } from '../ports/execution-store.ts';

/** How an execution is queued. */
export interface EnqueueOptions {
  /** The queue that its tasks go to. @default 'default' */
  readonly priority?: string;
  /** Times a failed execution is run again. @default 3 */
  readonly retriesMax?: number;
  /** How long one try may take, in milliseconds; then it ends TIMED_OUT. @default no limit */
  readonly timeoutMs?: number;
  /**
   * By when it must have ended, all tries together: a date, or milliseconds since 1970. Past it, it
   * ends TIMED_OUT, even if it never started. @default none
   */
  readonly deadline?: Date | number;
  /** How long it is kept after its end, in milliseconds. @default `retentionDays` */
  readonly retentionMs?: number;
}

/** When it starts: at a time (a date, or milliseconds since 1970), or so much later. */
export type When = { readonly at: Date | number } | { readonly delayMs: number };

/** The options as they are recorded. */
export type EnqueueTerms = Pick<
  NewExecution,
  'queue' | 'retriesMax' | 'startInMs' | 'timeoutMs' | 'deadlineAt' | 'retentionMs'
>;

const optionKeys = ['priority', 'retriesMax', 'timeoutMs', 'deadline', 'retentionMs'];

/** Ours: a longer series of tries is a schedule. */
const retriesMost = 1_000;

/** What the options are held against. */
export interface EnqueueCircumstances {
  /** Those that workers serve. */
  readonly queues: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The options, checked. @param when null: at once
 * @throws INVALID_ARGUMENT
 */
export function enqueueTerms(
  options: EnqueueOptions,
  when: When | null,
  { queues, now }: EnqueueCircumstances,
): EnqueueTerms {
  checkKeys('the options', options, optionKeys);
  const { priority = batchDefaults.priority, retriesMax = batchDefaults.retriesMax } = options;
  const { timeoutMs, deadline, retentionMs } = options;
  if (!queues.includes(priority)) {
    const known = queues.join(', ');
    throw invalid(`the priority must be one of the queues ${known}; found '${priority}'`);
  }
  const startInMs = when === null ? 0 : delayOf(when, now);
  return {
    queue: priority,
    retriesMax: wholeNumber('retriesMax', retriesMax, 0, retriesMost),
    ...(startInMs > 0 && { startInMs }),
    ...(timeoutMs !== undefined && {
      timeoutMs: wholeNumber('timeoutMs', timeoutMs, 1, durationMsMax),
    }),
    ...(deadline !== undefined && { deadlineAt: deadlineOf(deadline, now + startInMs) }),
    ...(retentionMs !== undefined && {
      retentionMs: wholeNumber('retentionMs', retentionMs, 0, durationMsMax),
    }),
  };
}

function delayOf(when: When, now: number): number {
  checkKeys('the start', when, ['at', 'delayMs']);
  if ('delayMs' in when && 'at' in when) throw invalid('the start is at or delayMs; found both');
  if ('delayMs' in when) return wholeNumber('delayMs', when.delayMs, 0, durationMsMax);
  return Math.max(0, instantOf('at', when.at) - now);
}

function deadlineOf(deadline: Date | number, startsAt: number): number {
  const at = instantOf('deadline', deadline);
  if (at > startsAt) return at;
  throw invalid(
    `the deadline must be later than the start (${textOf(startsAt)}); found ${textOf(at)}`,
  );
}

/** A number that is no whole one is cut: databases keep milliseconds. */
function instantOf(name: string, instant: Date | number): number {
  const at = Math.floor(Number(instant));
  if ((instant instanceof Date || typeof instant === 'number') && Math.abs(at) <= dateMsMax) {
    return at;
  }
  throw invalid(`${name} must be a date, or milliseconds since 1970; found ${String(instant)}`);
}

/** The last instant that a Date can be, in milliseconds since 1970. */
const dateMsMax = 8_640_000_000_000_000;

function textOf(at: number): string {
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
