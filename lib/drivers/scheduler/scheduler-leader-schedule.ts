import {
  CreateScheduleCommand,
  type GetScheduleCommandOutput,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../../ports/clock.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import {
  ScheduleCalls,
  type ScheduleFields,
  toScheduleFields,
  toTarget,
} from './schedule-calls.ts';
import { isSchedulerException } from './scheduler-errors.ts';

/** Options of {@link SchedulerLeaderSchedule}. */
export interface SchedulerLeaderScheduleOptions {
  /** `group/name`. */
  readonly schedule: string;
  /** The input that the one-time schedule passes to its target, as JSON. */
  readonly input: string;
  readonly clock: Clock;
}

/** A one-time schedule fires at minute precision, never early: a shorter rest has no effect. */
const restMinMs = 60_000;
/** Schedules are not kept longer than this; a leader that is invoked early rests again. */
const restMaxMs = 365 * 24 * 60 * 60 * 1_000;

/**
 * The leader schedule as a schedule of EventBridge Scheduler, which invokes the leader every minute
 * while it is enabled. While it is disabled, a second, one-time schedule, `<name>-next`,
 * invokes the leader when the next sleeping execution is due. That one is never deleted: a schedule
 * that deletes itself after firing would also delete the time that the leader it invoked has just
 * set.
 *
 * An update replaces a whole schedule, so each update reads it first. The target and its role are
 * copied from the main schedule: they need no configuration of their own.
 */
export class SchedulerLeaderSchedule implements LeaderSchedule {
  readonly #options: SchedulerLeaderScheduleOptions;
  readonly #calls: ScheduleCalls;
  readonly #name: string;

  constructor(options: SchedulerLeaderScheduleOptions) {
    this.#options = options;
    const slash = options.schedule.indexOf('/');
    this.#calls = new ScheduleCalls(options.schedule.slice(0, slash), options.clock);
    this.#name = options.schedule.slice(slash + 1);
  }

  async turnOn(): Promise<void> {
    await this.#calls.setState(this.#name, 'ENABLED');
  }

  async turnOff(nextMs: number | null): Promise<void> {
    // This order: even after a failure no schedule is off before the next invocation is set.
    if (nextMs !== null) await this.#invokeOnce(await this.#calls.get(this.#name), nextMs);
    await this.#calls.setState(this.#name, 'DISABLED');
  }

  /** Updates the one-time schedule, or creates it the first time. */
  async #invokeOnce(main: GetScheduleCommandOutput, nextMs: number): Promise<void> {
    const Name = `${this.#name}-next`;
    const fields: ScheduleFields = {
      ...toScheduleFields(main),
      Name,
      GroupName: this.#calls.group,
      Description: 'Calls the leader once, when its next sleeper is due',
      ScheduleExpression: this.#at(nextMs),
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      Target: { ...toTarget(main), Input: this.#options.input },
    };
    await this.#calls.retryConflicts(async () => {
      try {
        await this.#calls.call('UpdateSchedule', Name, (client) =>
          client.send(new UpdateScheduleCommand(fields)),
        );
      } catch (error) {
        if (!isSchedulerException(error, 'ResourceNotFoundException')) throw error;
        // On a conflict another leader has just created it, and the retry updates it.
        await this.#calls.call('CreateSchedule', Name, (client) =>
          client.send(new CreateScheduleCommand(fields)),
        );
      }
    });
  }

  /** Formats the time in whole seconds, rounded up. */
  #at(nextMs: number): string {
    const restMs = Math.min(Math.max(nextMs, restMinMs), restMaxMs);
    const at = Math.ceil((this.#options.clock.now() + restMs) / 1_000) * 1_000;
    return `at(${new Date(at).toISOString().slice(0, 19)})`;
  }
}
