import {
  type DueOccurrences,
  findDueOccurrences,
  type MissedRule,
} from '../batch/schedule/due-occurrences.ts';
import {
  nextFireTime,
  type ScheduleExpression,
  type ScheduleTiming,
} from '../batch/schedule/schedule-expression.ts';
import { messageOf } from '../errors.ts';
import type {
  MissedOccurrence,
  ScheduleChange,
  ScheduleRecord,
  ScheduleStore,
  WaitingOccurrence,
} from '../ports/store/schedule-store.ts';
import { backoffMs } from '../retry/backoff.ts';
import { Role, type RoleOptions } from './role.ts';

/** A batch that a schedule starts. */
export interface EvaluatedSchedule {
  /** The name of the batch. */
  readonly name: string;
  /** The expression and the time zone as one text. */
  readonly timing: string;
  readonly expression: ScheduleExpression;
  readonly timeZone: string;
  readonly missed: MissedRule;
}

/** What starting an occurrence has led to. */
export interface StartedOccurrence {
  readonly batchId: string;
  /** False: its `overlap` is `skip`, and another batch of the name is open. */
  readonly started: boolean;
}

/** What a {@link Scheduler} is constructed from, and how often it looks. */
export interface SchedulerOptions extends RoleOptions {
  readonly store: Pick<ScheduleStore, 'listScheduleRecords' | 'enterSchedules' | 'changeSchedule'>;
  readonly schedules: readonly EvaluatedSchedule[];
  /** Starts a batch for the time at which it was due; safe to repeat for the same time. */
  readonly start: (name: string, dueAt: number) => Promise<StartedOccurrence>;
  /** Maximum time between two looks, in milliseconds. @default 15,000 */
  readonly lookMsMax?: number;
  /** How long an occurrence that cannot be started is tried, in milliseconds. @default 6 hours */
  readonly tryMsMax?: number;
}

/** Defaults of {@link SchedulerOptions}: EventBridge keeps a request for the leader as long. */
const schedulerDefaults = Object.freeze({ lookMsMax: 15_000, tryMsMax: 21_600_000 });

/** How long other leaders leave an occurrence to the one that took it up, in milliseconds. */
const startMs = 60_000;

/** Time between two records that a schedule was evaluated, in milliseconds. */
const seenMs = 60_000;

/**
 * After this time, in milliseconds, without a leader that evaluates the recorded timing, another
 * timing takes its place.
 */
const abandonedMs = 180_000;

/** Of schedules that are due more often than that, one that overlaps another is no news. */
const rareMs = 3_600_000;

/** Delays between two tries to start an occurrence, in milliseconds. */
const tryBackoff = Object.freeze({ firstMs: 15_000, maxMs: 300_000 });

/**
 * Starts the batches of the configuration at the times of their schedules. Each occurrence is taken
 * up by one leader, under the fence of its schedule, and started under an id that is made of its
 * time: so it is one batch, whatever number of leaders runs, and whenever one of them crashes. An
 * occurrence that cannot be started, because its file is late, is tried again for some hours, or
 * until the next one is due.
 *
 * While two programs disagree about the timing of a schedule, as during a deploy, that of the
 * program that was started last counts.
 */
export class Scheduler extends Role {
  readonly name = 'scheduler';
  readonly #options: SchedulerOptions & Required<Pick<SchedulerOptions, 'lookMsMax' | 'tryMsMax'>>;
  #hasEntered = false;

  constructor(options: SchedulerOptions) {
    super(options);
    this.#options = { ...schedulerDefaults, ...options };
  }

  protected override begin(): void {
    this.#hasEntered = false;
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { clock, schedules, lookMsMax } = this.#options;
    const records = await this.#readRecords();
    const failures: unknown[] = [];
    let nextAt = clock.now() + lookMsMax;
    for (const schedule of schedules) {
      const record = records.get(schedule.name);
      if (signal.aborted) break;
      if (record === undefined) continue;
      try {
        nextAt = Math.min(nextAt, await this.#evaluate(schedule, record));
      } catch (error) {
        failures.push(error);
      }
    }
    // Thrown only now, so that one schedule does not block the others.
    if (failures.length > 0) throw failures[0];
    return toPauseMs(nextAt - clock.now());
  }

  /** Reads what is recorded, after the schedules that are new or have changed were. */
  async #readRecords(): Promise<Map<string, ScheduleRecord>> {
    const { store, schedules, clock } = this.#options;
    const at = clock.now();
    const read = async () =>
      new Map((await store.listScheduleRecords()).map((record) => [record.name, record]));
    const records = await read();
    const entries = schedules.filter(({ name, timing }) => {
      const record = records.get(name);
      if (record === undefined) return true;
      return record.timing !== timing && (!this.#hasEntered || record.seenAt < at - abandonedMs);
    });
    this.#hasEntered = true;
    if (entries.length === 0) return records;
    await store.enterSchedules(entries.map(({ name, timing }) => ({ name, timing, at })));
    return await read();
  }

  /** Returns when the schedule has to be looked at again. */
  async #evaluate(schedule: EvaluatedSchedule, record: ScheduleRecord): Promise<number> {
    const { clock } = this.#options;
    const now = clock.now();
    if (record.pausedAt !== null || record.timing !== schedule.timing) return Infinity;
    const timing = { ...schedule, startMs: record.anchoredAt };
    const due = findDueOccurrences(timing, {
      afterMs: record.throughAt,
      nowMs: now,
      missed: schedule.missed,
    });
    const decided = decide(schedule, record, due, now);
    switch (decided.kind) {
      case 'wait':
        return nextLook(timing, record, now);
      case 'see':
        await this.#change(
          due.skippedFrom === null
            ? decided.change
            : { ...decided.change, missed: leftOut(due.skippedFrom, now) },
        );
        if (due.skippedFrom !== null) this.#warnOfMissed(schedule, due.skippedFrom, 'skipped');
        return nextLook(timing, record, now);
      case 'start': {
        const replaced = findReplaced(record.waiting, decided.waiting, due.skippedFrom, now);
        const change = { ...decided.change, missed: replaced ?? record.missed };
        if (!(await this.#change(change))) return now;
        if (replaced !== null) {
          this.#warnOfMissed(schedule, replaced.dueAt, 'only the newest are started');
        }
        const taken = { ...change, fence: record.fence + 1 };
        await this.#start(taken, decided.waiting, isRare(timing, decided.waiting.dueAt));
        // At once: there may be more to start, and the end of this try may be recorded already.
        return now;
      }
    }
  }

  #change(change: ScheduleChange): Promise<boolean> {
    return this.#options.store.changeSchedule(change);
  }

  async #start(taken: ScheduleChange, waiting: WaitingOccurrence, isRare: boolean): Promise<void> {
    const { start, logger } = this.#options;
    const fields = { batch: taken.name, due: new Date(waiting.dueAt).toISOString() };
    let occurrence: StartedOccurrence;
    try {
      occurrence = await start(taken.name, waiting.dueAt);
    } catch (error) {
      return await this.#failed(taken, waiting, error);
    }
    const { batchId, started } = occurrence;
    const message = started
      ? 'schedule due: batch started'
      : "schedule due: batch not started, as overlap is 'skip' and another one is open";
    logger.info(message, { ...fields, batchId });
    const reason = `overlap is 'skip', and the batch ${batchId} was running`;
    const overlapped = isRare
      ? { dueAt: waiting.dueAt, at: this.#options.clock.now(), reason }
      : null;
    const earlier = taken.missed !== null && taken.missed.at < waiting.dueAt ? null : taken.missed;
    const missed = started ? earlier : (overlapped ?? taken.missed);
    await this.#change({ ...taken, lastDueAt: waiting.dueAt, waiting: null, missed });
  }

  async #failed(taken: ScheduleChange, waiting: WaitingOccurrence, error: unknown): Promise<void> {
    const { logger, clock, tryMsMax } = this.#options;
    const now = clock.now();
    const reason = messageOf(error);
    const due = new Date(waiting.dueAt).toISOString();
    const fields = { batch: taken.name, due, tries: waiting.tries + 1, error: reason };
    if (now - waiting.since >= tryMsMax) {
      logger.error('scheduled batch not started: given up', fields);
      const missed = { dueAt: waiting.dueAt, at: now, reason: `given up: ${reason}` };
      await this.#change({ ...taken, waiting: null, missed });
      return;
    }
    const pauseMs = backoffMs(tryBackoff, waiting.tries, 0);
    const level = waiting.tries === 0 ? 'warn' : 'info';
    logger[level]('scheduled batch not started: trying again', { ...fields, pauseMs });
    const next = { ...waiting, tries: waiting.tries + 1, nextTryAt: now + pauseMs, reason };
    await this.#change({ ...taken, waiting: next });
  }

  #warnOfMissed({ name }: EvaluatedSchedule, from: number, what: string): void {
    const fields = { batch: name, from: new Date(from).toISOString() };
    this.#options.logger.warn(`schedule has missed occurrences: ${what}`, fields);
  }
}

type Decision =
  | { readonly kind: 'wait' }
  /** Records that nothing is to be started of what is due up to now. */
  | { readonly kind: 'see'; readonly change: ScheduleChange }
  | {
      readonly kind: 'start';
      readonly change: ScheduleChange;
      readonly waiting: WaitingOccurrence;
    };

/** A newer occurrence takes the place of one that waits, unless all are to be started. */
function decide(
  { missed }: EvaluatedSchedule,
  record: ScheduleRecord,
  due: DueOccurrences,
  now: number,
): Decision {
  const { waiting } = record;
  const base = toChange(record, now);
  const [first, ...more] = due.start;
  if (first !== undefined && (waiting === null || typeof missed !== 'object')) {
    const taken = { dueAt: first, since: now, tries: 0, nextTryAt: now + startMs, reason: null };
    const throughAt = more.length > 0 ? first : now;
    return { kind: 'start', waiting: taken, change: { ...base, throughAt, waiting: taken } };
  }
  if (waiting !== null && waiting.nextTryAt <= now) {
    const taken = { ...waiting, nextTryAt: now + startMs };
    return { kind: 'start', waiting: taken, change: { ...base, waiting: taken } };
  }
  const isHeld = first !== undefined;
  if (!isHeld && (due.skippedFrom !== null || now - record.seenAt >= seenMs)) {
    return { kind: 'see', change: { ...base, throughAt: now } };
  }
  return { kind: 'wait' };
}

function toChange(record: ScheduleRecord, now: number): ScheduleChange {
  const { name, fence, throughAt, lastDueAt, waiting, missed } = record;
  return { name, fence, throughAt, lastDueAt, waiting, missed, seenAt: now };
}

function isRare(timing: ScheduleTiming, dueAt: number): boolean {
  return (nextFireTime(timing, dueAt) ?? Infinity) - dueAt >= rareMs;
}

/** Returns the first occurrence in whose place `taken` is started; null when there is none. */
function findReplaced(
  before: WaitingOccurrence | null,
  taken: WaitingOccurrence,
  skippedFrom: number | null,
  at: number,
): MissedOccurrence | null {
  if (before === null) return skippedFrom === null ? null : leftOut(skippedFrom, at);
  if (before.dueAt === taken.dueAt) return null;
  const reason = before.reason ?? 'its leader stopped before it was started';
  return { dueAt: before.dueAt, at, reason: `the next one became due first: ${reason}` };
}

function leftOut(dueAt: number, at: number): MissedOccurrence {
  return { dueAt, at, reason: 'no leader ran when it was due, and onMissed leaves it out' };
}

function nextLook(timing: ScheduleTiming, { waiting }: ScheduleRecord, now: number): number {
  return Math.min(nextFireTime(timing, now) ?? Infinity, waiting?.nextTryAt ?? Infinity);
}

/**
 * The loop pauses up to a tenth longer than a tick asks for: so it waits for most of the time, and
 * then for the rest.
 */
function toPauseMs(untilMs: number): number {
  if (untilMs <= 0) return 0;
  return untilMs > 500 ? Math.ceil(untilMs * 0.9) : Math.ceil(untilMs);
}
