/**
 * The sweep's schedule as one of EventBridge Scheduler: it calls the leader every minute while it
 * is enabled. While it is disabled a second, one-time schedule beside it, `<name>-next`, calls the
 * leader when the next sleeper is due. That one is never deleted: a schedule that deletes itself
 * when it has fired would take the time along that the leader it called has just set.
 *
 * An update replaces a schedule whole, so each begins with a look at what there is. Who targets the
 * leader, with which role, is read off the sweep's schedule: nothing else has to name it.
 */
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  SchedulerClient,
  type Target,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { type Clock, pause } from '../../ports/clock.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import { isRefusal, type SchedulerAction, schedulerFailure } from './scheduler-failure.ts';

/** Options of {@link SchedulerLeaderSchedule}. */
export interface SchedulerLeaderScheduleOptions {
  /** `group/name`. */
  readonly schedule: string;
  /** What the one-time schedule tells its target: a JSON text. */
  readonly input: string;
  readonly clock: Clock;
}

/** A one-time schedule fires in the minute that it names, never sooner: less is no rest. */
const restMinMs = 60_000;
/** Schedules are not kept for longer; who is called early rests again. */
const restMaxMs = 365 * 24 * 60 * 60 * 1_000;

/** Two leaders may change the same schedule at once. */
const triesMax = 4;
/** The pause after the first conflict, in milliseconds; doubled each time. */
const conflictPauseMs = 200;

/** Time for a connection and for an answer, in milliseconds. */
const timeouts = Object.freeze({
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
});

/** What a schedule is given; the same for its creation and its change. */
type ScheduleFields = CreateScheduleCommandInput;

/** See this file's head. */
export class SchedulerLeaderSchedule implements LeaderSchedule {
  readonly #options: SchedulerLeaderScheduleOptions;
  readonly #client = new SchedulerClient({ maxAttempts: 3, requestHandler: timeouts });
  readonly #sweep: { readonly GroupName: string; readonly Name: string };

  constructor(options: SchedulerLeaderScheduleOptions) {
    this.#options = options;
    const slash = options.schedule.indexOf('/');
    this.#sweep = {
      GroupName: options.schedule.slice(0, slash),
      Name: options.schedule.slice(slash + 1),
    };
  }

  async turnOn(): Promise<void> {
    await this.#setState('ENABLED');
  }

  async rest(nextMs: number | null): Promise<void> {
    // First: whatever fails, no schedule is off without the next call being set.
    if (nextMs !== null) await this.#callOnce(await this.#get(), nextMs);
    await this.#setState('DISABLED');
  }

  #setState(State: 'ENABLED' | 'DISABLED'): Promise<void> {
    return this.#persist(async () => {
      const found = await this.#get();
      if (found.State === State) return;
      const changed = { ...fieldsOf(found), ...this.#sweep, State };
      await this.#call('UpdateSchedule', this.#sweep.Name, (client) =>
        client.send(new UpdateScheduleCommand(changed)),
      );
    });
  }

  #get(): Promise<GetScheduleCommandOutput> {
    return this.#call('GetSchedule', this.#sweep.Name, (client) =>
      client.send(new GetScheduleCommand(this.#sweep)),
    );
  }

  /** Changes the one-time schedule, or creates it the first time. */
  async #callOnce(sweep: GetScheduleCommandOutput, nextMs: number): Promise<void> {
    const Name = `${this.#sweep.Name}-next`;
    const fields: ScheduleFields = {
      ...fieldsOf(sweep),
      Name,
      GroupName: this.#sweep.GroupName,
      Description: 'Calls the leader once, when its next sleeper is due',
      ScheduleExpression: this.#at(nextMs),
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      Target: { ...targetOf(sweep), Input: this.#options.input },
    };
    await this.#persist(async () => {
      try {
        await this.#call('UpdateSchedule', Name, (client) =>
          client.send(new UpdateScheduleCommand(fields)),
        );
      } catch (error) {
        if (!isRefusal(error, 'ResourceNotFoundException')) throw error;
        // A conflict: another leader has just created it, and the next try changes it.
        await this.#call('CreateSchedule', Name, (client) =>
          client.send(new CreateScheduleCommand(fields)),
        );
      }
    });
  }

  /** In whole seconds, rounded up. */
  #at(nextMs: number): string {
    const restMs = Math.min(Math.max(nextMs, restMinMs), restMaxMs);
    const at = Math.ceil((this.#options.clock.now() + restMs) / 1_000) * 1_000;
    return `at(${new Date(at).toISOString().slice(0, 19)})`;
  }

  /** Tries again what another leader's change has come in between of. */
  async #persist<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isRefusal(error, 'ConflictException') || tries === triesMax) throw error;
        await pause(this.#options.clock, conflictPauseMs * 2 ** (tries - 1));
      }
    }
  }

  async #call<Answer>(
    action: SchedulerAction,
    name: string,
    call: (client: SchedulerClient) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await call(this.#client);
    } catch (error) {
      throw schedulerFailure(error, action, `${this.#sweep.GroupName}/${name}`);
    }
  }
}

/** All that a schedule keeps: what an update leaves out falls back to the service's default. */
function fieldsOf(found: GetScheduleCommandOutput): ScheduleFields {
  const { Arn: _a, CreationDate: _c, LastModificationDate: _l, $metadata: _m, ...fields } = found;
  const { Name, ScheduleExpression, FlexibleTimeWindow } = fields;
  return { ...fields, Name, ScheduleExpression, FlexibleTimeWindow, Target: targetOf(found) };
}

/** Whom a schedule calls; both of the names are in every answer. */
function targetOf({ Target }: GetScheduleCommandOutput): Target {
  return { ...Target, Arn: Target?.Arn, RoleArn: Target?.RoleArn };
}
