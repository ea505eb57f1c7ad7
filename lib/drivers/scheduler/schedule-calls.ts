/** Calls of EventBridge Scheduler that both kinds of schedules need. */
import {
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  SchedulerClient,
  type Target,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { Clock } from '../../ports/clock.ts';
import { type RetryPolicy, retry } from '../../retry/retry.ts';
import {
  isSchedulerException,
  type SchedulerAction,
  toSchedulerError,
} from './scheduler-errors.ts';

/** Timeouts for connecting and for the response, in milliseconds. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

/** Two processes may change the same schedule at the same time. */
const conflictRetries: RetryPolicy = Object.freeze({
  attemptsMax: 4,
  backoff: { firstMs: 200, maxMs: 800 },
});

/** The fields of a schedule, the same for creating and updating it. */
export type ScheduleFields = CreateScheduleCommandInput;

/** The schedules of one group. An update replaces a whole schedule, so each reads it first. */
export class ScheduleCalls {
  readonly group: string;
  readonly #clock: Clock;
  readonly #client = new SchedulerClient({ maxAttempts: 3, requestHandler: timeouts });

  constructor(group: string, clock: Clock) {
    this.group = group;
    this.#clock = clock;
  }

  get(Name: string): Promise<GetScheduleCommandOutput> {
    return this.call('GetSchedule', Name, (client) =>
      client.send(new GetScheduleCommand({ GroupName: this.group, Name })),
    );
  }

  /** Enables or disables a schedule, unless it is that already. */
  setState(Name: string, State: 'ENABLED' | 'DISABLED'): Promise<void> {
    return this.retryConflicts(async () => {
      const found = await this.get(Name);
      if (found.State === State) return;
      const changed = { ...toScheduleFields(found), GroupName: this.group, Name, State };
      await this.call('UpdateSchedule', Name, (client) =>
        client.send(new UpdateScheduleCommand(changed)),
      );
    });
  }

  /** Retries a change that conflicted with another process's change. */
  retryConflicts<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return retry(call, {
      clock: this.#clock,
      policyFor: (error) =>
        isSchedulerException(error, 'ConflictException') ? conflictRetries : null,
    });
  }

  /** Makes one call, and converts its failure. */
  async call<Answer>(
    action: SchedulerAction,
    name: string,
    call: (client: SchedulerClient) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await call(this.#client);
    } catch (error) {
      throw toSchedulerError(error, action, `${this.group}/${name}`);
    }
  }
}

/** Returns all fields to keep: an update resets missing fields to the service's defaults. */
export function toScheduleFields(found: GetScheduleCommandOutput): ScheduleFields {
  const { Arn: _a, CreationDate: _c, LastModificationDate: _l, $metadata: _m, ...fields } = found;
  const { Name, ScheduleExpression, FlexibleTimeWindow } = fields;
  return { ...fields, Name, ScheduleExpression, FlexibleTimeWindow, Target: toTarget(found) };
}

/** Returns the target of a schedule; every response has both ARNs. */
export function toTarget({ Target }: GetScheduleCommandOutput): Target {
  return { ...Target, Arn: Target?.Arn, RoleArn: Target?.RoleArn };
}
