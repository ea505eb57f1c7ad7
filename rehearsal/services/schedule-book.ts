/**
 * The schedules of EventBridge Scheduler and when they are due, without a clock of its own: time is
 * what the caller says. A schedule that is turned off misses what falls due meanwhile; one for a
 * time that has passed never fires, which AWS does not document either way.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { nextDue, type Timing } from './schedule-expression.ts';
import {
  readName,
  readScheduleSpec,
  type ScheduleSpec,
  type ScheduleTarget,
} from './schedule-input.ts';
import { absent, present } from './scheduler-fault.ts';

/** A schedule that exists. */
export interface Schedule extends ScheduleSpec {
  readonly arn: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** A group that exists. */
export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
}

/** One time that a schedule fired. */
export interface Firing {
  readonly schedule: Schedule;
  readonly target: ScheduleTarget;
  /** When it was to fire; milliseconds since 1970. */
  readonly scheduledMs: number;
  /** One for each time; the same in every attempt. */
  readonly executionId: string;
}

/** Options of {@link ScheduleBook}. */
export interface ScheduleBookOptions {
  readonly region: string;
  readonly account: string;
  /** @default a random UUID */
  readonly newId?: () => string;
}

/** A schedule, and up to when it has been looked at. */
interface Entry {
  schedule: Schedule;
  seenMs: number;
  readonly token: string | undefined;
}

/** See this file's head. */
export class ScheduleBook {
  readonly #options: ScheduleBookOptions;
  readonly #groups = new Map<string, ScheduleGroup>();
  readonly #entries = new Map<string, Entry>();

  constructor(options: ScheduleBookOptions) {
    this.#options = options;
    this.#groups.set('default', this.#groupOf('default', 0));
  }

  /** All schedules, in the order of their making. */
  get schedules(): Schedule[] {
    return [...this.#entries.values()].map(({ schedule }) => schedule);
  }

  get groups(): ScheduleGroup[] {
    return [...this.#groups.values()];
  }

  /** Makes a group. */
  createGroup(name: string, nowMs: number): ScheduleGroup {
    readName(name, 'name');
    if (this.#groups.has(name)) throw present(`Schedule group ${name}`);
    const group = this.#groupOf(name, nowMs);
    this.#groups.set(name, group);
    return group;
  }

  getGroup(name: string): ScheduleGroup {
    const group = this.#groups.get(name);
    if (group === undefined) throw absent(`Schedule group ${name}`);
    return group;
  }

  /** Takes a group away, and its schedules. */
  deleteGroup(name: string): void {
    this.getGroup(name);
    this.#groups.delete(name);
    for (const [key, { schedule }] of this.#entries) {
      if (schedule.group === name) this.#entries.delete(key);
    }
  }

  /** Makes a schedule, of the API's or CloudFormation's members; the same token makes it once. */
  create(input: JsonObject, nowMs: number): Schedule {
    const spec = readScheduleSpec(input);
    this.getGroup(spec.group);
    const key = keyOf(spec.group, spec.name);
    const token = typeof input.ClientToken === 'string' ? input.ClientToken : undefined;
    const known = this.#entries.get(key);
    if (known !== undefined && token !== undefined && known.token === token) return known.schedule;
    if (known !== undefined) throw present(`Schedule ${spec.name}`);
    const schedule = this.#scheduleOf(spec, nowMs, nowMs);
    // What is due at this very moment still is.
    this.#entries.set(key, { schedule, seenMs: nowMs - 1, token });
    return schedule;
  }

  /** Replaces a schedule as a whole: a member that is left out has its default again. */
  update(input: JsonObject, nowMs: number): Schedule {
    const spec = readScheduleSpec(input);
    const entry = this.#entry(spec.group, spec.name);
    entry.schedule = this.#scheduleOf(spec, entry.schedule.createdMs, nowMs);
    entry.seenMs = nowMs - 1;
    return entry.schedule;
  }

  get(group: string, name: string): Schedule {
    return this.#entry(group, name).schedule;
  }

  delete(group: string, name: string): void {
    this.#entry(group, name);
    this.#entries.delete(keyOf(group, name));
  }

  /**
   * What has fallen due up to `nowMs` and was not told before, the earliest first. Schedules that
   * are complete and are to be deleted then are.
   */
  due(nowMs: number): Firing[] {
    const firings = [...this.#entries].flatMap(([key, entry]) => {
      const times = this.#timesOf(entry, nowMs);
      entry.seenMs = Math.max(entry.seenMs, nowMs);
      const { schedule } = entry;
      const isComplete = times.length > 0 && nextDue(timingOf(schedule), nowMs) === undefined;
      if (isComplete && schedule.afterCompletion === 'DELETE') this.#entries.delete(key);
      return times.map((scheduledMs) => this.#firing(schedule, scheduledMs));
    });
    return firings.sort((left, right) => left.scheduledMs - right.scheduledMs);
  }

  /** When the next schedule that is turned on is due; undefined when none is. */
  nextDueMs(): number | undefined {
    const times = [...this.#entries.values()]
      .filter(({ schedule }) => schedule.state === 'ENABLED')
      .flatMap(({ schedule, seenMs }) => nextDue(timingOf(schedule), seenMs) ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #timesOf({ schedule, seenMs }: Entry, nowMs: number): number[] {
    const times: number[] = [];
    if (schedule.state === 'DISABLED') return times;
    let due = nextDue(timingOf(schedule), seenMs);
    while (due !== undefined && due <= nowMs) {
      times.push(due);
      due = nextDue(timingOf(schedule), due);
    }
    return times;
  }

  #firing(schedule: Schedule, scheduledMs: number): Firing {
    const executionId = this.#options.newId?.() ?? randomUUID();
    return { schedule, target: schedule.target, scheduledMs, executionId };
  }

  #entry(group: string, name: string): Entry {
    const entry = this.#entries.get(keyOf(group, name));
    if (entry === undefined) throw absent(`Schedule ${name}`);
    return entry;
  }

  #scheduleOf(spec: ScheduleSpec, createdMs: number, modifiedMs: number): Schedule {
    return {
      ...spec,
      arn: this.#arn(`schedule/${spec.group}/${spec.name}`),
      createdMs,
      modifiedMs,
    };
  }

  #groupOf(name: string, createdMs: number): ScheduleGroup {
    return { name, arn: this.#arn(`schedule-group/${name}`), createdMs };
  }

  #arn(rest: string): string {
    return `arn:aws:scheduler:${this.#options.region}:${this.#options.account}:${rest}`;
  }
}

/**
 * The input of a firing, with Scheduler's keywords replaced: `<aws.scheduler.execution-id>`,
 * `schedule-arn`, `scheduled-time` and `attempt-number`. Attempts count from 1.
 */
export function inputOf(
  { schedule, target, scheduledMs, executionId }: Firing,
  attempt: number,
): string {
  const keywords: Readonly<Record<string, string>> = {
    'schedule-arn': schedule.arn,
    'scheduled-time': new Date(scheduledMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    'execution-id': executionId,
    'attempt-number': String(attempt),
  };
  return (target.input ?? '{}').replace(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (whole, keyword: string) => keywords[keyword] ?? whole,
  );
}

function keyOf(group: string, name: string): string {
  return `${group}/${name}`;
}

function timingOf({ expression, timeZone, startMs, endMs, createdMs }: Schedule): Timing {
  return {
    expression,
    timeZone,
    startMs: startMs ?? createdMs,
    ...(endMs === undefined ? {} : { endMs }),
  };
}
