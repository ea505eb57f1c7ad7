import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  SchedulerClient,
  type Target,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../../ports/clock.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import { type RetryPolicy, retry } from '../../retry/retry.ts';
import {
  isSchedulerException,
  type SchedulerAction,
  toSchedulerError,
} from './scheduler-errors.ts';

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

/** Two leaders may change the same schedule at the same time. */
const conflictRetries: RetryPolicy = Object.freeze({
  attemptsMax: 4,
  backoff: { firstMs: 200, maxMs: 800 },
});

/** Timeouts for connecting and for the response, in milliseconds. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

/** The fields of a schedule, the same for creating and updating it. */
type ScheduleFields = CreateScheduleCommandInput;

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
  readonly #client = new SchedulerClient({ maxAttempts: 3, requestHandler: timeouts });
  readonly #main: { readonly GroupName: string; readonly Name: string };

  constructor(options: SchedulerLeaderScheduleOptions) {
    this.#options = options;
    const slash = options.schedule.indexOf('/');
    this.#main = {
      GroupName: options.schedule.slice(0, slash),
      Name: options.schedule.slice(slash + 1),
    };
  }

  async turnOn(): Promise<void> {
    await this.#setState('ENABLED');
  }

  async turnOff(nextMs: number | null): Promise<void> {
    // This order: even after a failure no schedule is off before the next invocation is set.
    if (nextMs !== null) await this.#invokeOnce(await this.#get(), nextMs);
    await this.#setState('DISABLED');
  }

  #setState(State: 'ENABLED' | 'DISABLED'): Promise<void> {
    return this.#retryConflicts(async () => {
      const found = await this.#get();
      if (found.State === State) return;
      const changed = { ...toScheduleFields(found), ...this.#main, State };
      await this.#call('UpdateSchedule', this.#main.Name, (client) =>
        client.send(new UpdateScheduleCommand(changed)),
      );
    });
  }

  #get(): Promise<GetScheduleCommandOutput> {
    return this.#call('GetSchedule', this.#main.Name, (client) =>
      client.send(new GetScheduleCommand(this.#main)),
    );
  }

  /** Updates the one-time schedule, or creates it the first time. */
  async #invokeOnce(main: GetScheduleCommandOutput, nextMs: number): Promise<void> {
    const Name = `${this.#main.Name}-next`;
    const fields: ScheduleFields = {
      ...toScheduleFields(main),
      Name,
      GroupName: this.#main.GroupName,
      Description: 'Calls the leader once, when its next sleeper is due',
      ScheduleExpression: this.#at(nextMs),
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      Target: { ...toTarget(main), Input: this.#options.input },
    };
    await this.#retryConflicts(async () => {
      try {
        await this.#call('UpdateSchedule', Name, (client) =>
          client.send(new UpdateScheduleCommand(fields)),
        );
      } catch (error) {
        if (!isSchedulerException(error, 'ResourceNotFoundException')) throw error;
        // On a conflict another leader has just created it, and the retry updates it.
        await this.#call('CreateSchedule', Name, (client) =>
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

  /** Retries a change that conflicted with another leader's change. */
  #retryConflicts<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return retry(call, {
      clock: this.#options.clock,
      policyFor: (error) =>
        isSchedulerException(error, 'ConflictException') ? conflictRetries : null,
    });
  }

  async #call<Answer>(
    action: SchedulerAction,
    name: string,
    call: (client: SchedulerClient) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await call(this.#client);
    } catch (error) {
      throw toSchedulerError(error, action, `${this.#main.GroupName}/${name}`);
    }
  }
}

/** Returns all fields to keep: an update resets missing fields to the service's defaults. */
function toScheduleFields(found: GetScheduleCommandOutput): ScheduleFields {
  const { Arn: _a, CreationDate: _c, LastModificationDate: _l, $metadata: _m, ...fields } = found;
  const { Name, ScheduleExpression, FlexibleTimeWindow } = fields;
  return { ...fields, Name, ScheduleExpression, FlexibleTimeWindow, Target: toTarget(found) };
}

/** Returns the target of a schedule; every response has both ARNs. */
function toTarget({ Target }: GetScheduleCommandOutput): Target {
  return { ...Target, Arn: Target?.Arn, RoleArn: Target?.RoleArn };
}
