import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { nextFireTime, type ScheduleTiming } from '../../lib/batch/schedule/schedule-expression.ts';
import {
  readName,
  readScheduleSpec,
  type ScheduleSpec,
  type ScheduleTarget,
} from './schedule-spec.ts';
import { alreadyExists, notFound } from './scheduler-error.ts';

/** A schedule of the registry. */
export interface Schedule extends ScheduleSpec {
  readonly arn: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** A schedule group of the registry. */
export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
}

/** One firing of a schedule. */
export interface Firing {
  readonly schedule: Schedule;
  readonly target: ScheduleTarget;
  /** The time it fires for, in milliseconds since 1970. */
  readonly scheduledMs: number;
  /** Different for each firing, the same in every attempt. */
  readonly executionId: string;
}

/** Options of {@link ScheduleRegistry}. */
export interface ScheduleRegistryOptions {
  readonly region: string;
  readonly account: string;
  /** @default a random UUID */
  readonly newId?: () => string;
}

/** A schedule, and the time up to which its firings have been taken. */
interface Entry {
  schedule: Schedule;
  takenUntilMs: number;
  readonly token: string | undefined;
}

/**
 * The schedules of EventBridge Scheduler, and when they fire. It has no clock: callers pass the
 * time. A disabled schedule misses its firings. A one-time schedule for a time in the past never
 * fires; AWS does not document what it does.
 */
export class ScheduleRegistry {
  readonly #options: ScheduleRegistryOptions;
  readonly #groups = new Map<string, ScheduleGroup>();
  readonly #entries = new Map<string, Entry>();

  constructor(options: ScheduleRegistryOptions) {
    this.#options = options;
    this.#groups.set('default', this.#createGroup('default', 0));
  }

  /** All schedules, in the order of their creation. */
  get schedules(): Schedule[] {
    return [...this.#entries.values()].map(({ schedule }) => schedule);
  }

  get groups(): ScheduleGroup[] {
    return [...this.#groups.values()];
  }

  /** Creates a group. */
  createGroup(name: string, nowMs: number): ScheduleGroup {
    readName(name, 'name');
    if (this.#groups.has(name)) throw alreadyExists(`Schedule group ${name}`);
    const group = this.#createGroup(name, nowMs);
    this.#groups.set(name, group);
    return group;
  }

  getGroup(name: string): ScheduleGroup {
    const group = this.#groups.get(name);
    if (group === undefined) throw notFound(`Schedule group ${name}`);
    return group;
  }

  /** Deletes a group with its schedules. */
  deleteGroup(name: string): void {
    this.getGroup(name);
    this.#groups.delete(name);
    for (const [key, { schedule }] of this.#entries) {
      if (schedule.group === name) this.#entries.delete(key);
    }
  }

  /** Creates a schedule from the members of `CreateSchedule`; a repeated token creates it once. */
  create(input: JsonObject, nowMs: number): Schedule {
    const spec = readScheduleSpec(input);
    this.getGroup(spec.group);
    const key = entryKey(spec.group, spec.name);
    const token = typeof input.ClientToken === 'string' ? input.ClientToken : undefined;
    const known = this.#entries.get(key);
    if (known !== undefined && token !== undefined && known.token === token) return known.schedule;
    if (known !== undefined) throw alreadyExists(`Schedule ${spec.name}`);
    const schedule = this.#createSchedule(spec, nowMs, nowMs);
    // A firing that is due right now still counts.
    this.#entries.set(key, { schedule, takenUntilMs: nowMs - 1, token });
    return schedule;
  }

  /** Replaces a schedule as a whole: a missing member gets its default again. */
  update(input: JsonObject, nowMs: number): Schedule {
    const spec = readScheduleSpec(input);
    const entry = this.#getEntry(spec.group, spec.name);
    entry.schedule = this.#createSchedule(spec, entry.schedule.createdMs, nowMs);
    entry.takenUntilMs = nowMs - 1;
    return entry.schedule;
  }

  get(group: string, name: string): Schedule {
    return this.#getEntry(group, name).schedule;
  }

  delete(group: string, name: string): void {
    this.#getEntry(group, name);
    this.#entries.delete(entryKey(group, name));
  }

  /**
   * Returns the firings that are due by `nowMs` and were not returned before, earliest first.
   * Deletes complete schedules whose ActionAfterCompletion is DELETE.
   */
  takeDue(nowMs: number): Firing[] {
    const firings = [...this.#entries].flatMap(([key, entry]) => {
      const times = this.#dueTimes(entry, nowMs);
      entry.takenUntilMs = Math.max(entry.takenUntilMs, nowMs);
      const { schedule } = entry;
      const isComplete = times.length > 0 && nextFireTime(toTiming(schedule), nowMs) === undefined;
      if (isComplete && schedule.afterCompletion === 'DELETE') this.#entries.delete(key);
      return times.map((scheduledMs) => this.#firing(schedule, scheduledMs));
    });
    return firings.sort((left, right) => left.scheduledMs - right.scheduledMs);
  }

  /** Returns when the next enabled schedule fires; undefined when none does. */
  nextFireMs(): number | undefined {
    const times = [...this.#entries.values()]
      .filter(({ schedule }) => schedule.state === 'ENABLED')
      .flatMap(
        ({ schedule, takenUntilMs }) => nextFireTime(toTiming(schedule), takenUntilMs) ?? [],
      );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #dueTimes({ schedule, takenUntilMs }: Entry, nowMs: number): number[] {
    const times: number[] = [];
    if (schedule.state === 'DISABLED') return times;
    let due = nextFireTime(toTiming(schedule), takenUntilMs);
    while (due !== undefined && due <= nowMs) {
      times.push(due);
      due = nextFireTime(toTiming(schedule), due);
    }
    return times;
  }

  #firing(schedule: Schedule, scheduledMs: number): Firing {
    const executionId = this.#options.newId?.() ?? randomUUID();
    return { schedule, target: schedule.target, scheduledMs, executionId };
  }

  #getEntry(group: string, name: string): Entry {
    const entry = this.#entries.get(entryKey(group, name));
    if (entry === undefined) throw notFound(`Schedule ${name}`);
    return entry;
  }

  #createSchedule(spec: ScheduleSpec, createdMs: number, modifiedMs: number): Schedule {
    return {
      ...spec,
      arn: this.#arn(`schedule/${spec.group}/${spec.name}`),
      createdMs,
      modifiedMs,
    };
  }

  #createGroup(name: string, createdMs: number): ScheduleGroup {
    return { name, arn: this.#arn(`schedule-group/${name}`), createdMs };
  }

  #arn(rest: string): string {
    return `arn:aws:scheduler:${this.#options.region}:${this.#options.account}:${rest}`;
  }
}

/**
 * Returns the input of a firing with Scheduler's keywords replaced: `<aws.scheduler.execution-id>`,
 * `schedule-arn`, `scheduled-time` and `attempt-number`. Attempts are numbered from 1.
 */
export function renderScheduleInput(
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

function entryKey(group: string, name: string): string {
  return `${group}/${name}`;
}

function toTiming({ expression, timeZone, startMs, endMs, createdMs }: Schedule): ScheduleTiming {
  return {
    expression,
    timeZone,
    startMs: startMs ?? createdMs,
    ...(endMs === undefined ? {} : { endMs }),
  };
}
