import type { Operations } from '../../api/contract/contract.ts';
import type { SettingOverrides } from '../../config/setting-sources.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { pause } from '../../retry/pause.ts';

/** Whether the leader is invoked, and since when. */
export interface LeaderState {
  readonly isAwake: boolean;
  /** In milliseconds since 1970. */
  readonly since: number;
}

/** What {@link ActivityPolls} works with. */
export interface ActivityPollsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads the leader's state; null where nothing tells it. */
  readonly readLeader: (() => Promise<LeaderState>) | null;
}

type Poll = Operations['pollActivity'];

/** How long an answer without work is repeated, in milliseconds: a poller may not wait at all. */
const repeatMs = 1_000;

/** How long a worker may record work after the leader has gone to sleep, in milliseconds. */
const settleMs = 120_000;

/** How long a poller should wait after an answer without work, in seconds. */
const pollAfterSeconds = Object.freeze({ awake: 5, asleep: 20 });

/** How long a poll that waits pauses before it asks again, in milliseconds. */
const askAgainMs = Object.freeze({ awake: 2_000, asleep: 10_000 });

type Leader = keyof typeof pollAfterSeconds;

/** What was found: work, or none and whether the leader is awake. */
interface Asked<Work> {
  readonly work: Work | null;
  readonly leader: Leader;
}

/** How long a poll waits. */
interface PollWait {
  readonly waitMs: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/**
 * Answers polls of activities in a function. A poll of the HTTP API is answered at once: while it
 * waited, it would take an invocation from everyone else. And while the leader sleeps, no work
 * comes, so that a poll that has asked since then is answered without the database, which then can
 * pause.
 */
export class ActivityPolls {
  readonly #deps: ActivityPollsDeps;
  /** When each activity was last found without work. */
  readonly #emptyAt = new Map<string, number>();

  constructor(deps: ActivityPollsDeps) {
    this.#deps = deps;
  }

  /** Returns a poll that calls `poll` only when there may be work. */
  around(poll: Poll): Poll {
    return async (request, call) => {
      const { activity } = request.params;
      const body = { ...request.body, waitSeconds: 0 };
      const { work, leader } = await this.ask(activity, async () => {
        const reply = await poll({ ...request, body }, call);
        return reply.task === null ? null : reply;
      });
      return work ?? { task: null, pollAfterSeconds: pollAfterSeconds[leader] };
    };
  }

  /** Asks for work of an activity, unless there can be none. */
  async ask<Work>(activity: string, poll: () => Promise<Work | null>): Promise<Asked<Work>> {
    const { clock } = this.#deps;
    const emptyAt = this.#emptyAt.get(activity) ?? null;
    if (emptyAt !== null && clock.now() - emptyAt < repeatMs) return nothing('awake');
    if (emptyAt !== null && (await this.#isAsleepSince(emptyAt))) return nothing('asleep');
    const askedAt = clock.now();
    const work = await poll();
    if (work !== null) return { work, leader: 'awake' };
    this.#emptyAt.set(activity, askedAt);
    return nothing('awake');
  }

  /**
   * Asks for work of an activity until there is some; null when none came in time. For clients that
   * repeat a poll at once: waiting here costs less than their calls.
   */
  async wait<Work>(
    activity: string,
    poll: () => Promise<Work | null>,
    { waitMs, signal }: PollWait,
  ): Promise<Work | null> {
    const { clock } = this.#deps;
    const until = clock.now() + waitMs;
    for (;;) {
      const { work, leader } = await this.ask(activity, poll);
      const leftMs = until - clock.now();
      if (work !== null || leftMs <= 0 || signal.aborted) return work;
      await pause(clock, Math.min(leftMs, askAgainMs[leader]), signal);
      if (signal.aborted) return null;
    }
  }

  /** Whether the leader slept already when the activity was found without work. */
  async #isAsleepSince(emptyAt: number): Promise<boolean> {
    const { readLeader, logger } = this.#deps;
    if (readLeader === null) return false;
    try {
      const { isAwake, since } = await readLeader();
      return !isAwake && emptyAt > since + settleMs;
    } catch (error) {
      // Asking the database is always right, only more expensive.
      logger.warn('leader schedule not read: polls ask the database', { error: messageOf(error) });
      return false;
    }
  }
}

function nothing(leader: Leader): Asked<never> {
  return { work: null, leader };
}

/** Returns what reads the state of the leader from its schedule; null without one. */
export function leaderStateReader(
  { leaderSchedule }: SettingOverrides,
  clock: Clock,
): ActivityPollsDeps['readLeader'] {
  if (leaderSchedule === undefined) return null;
  const [group = '', name = ''] = leaderSchedule.split('/');
  return async () => {
    // Loaded on demand: only polls need it here.
    const { ScheduleCalls } = await import('../../drivers/scheduler/schedule-calls.ts');
    const { State, LastModificationDate } = await new ScheduleCalls(group, clock).get(name);
    return { isAwake: State === 'ENABLED', since: LastModificationDate?.getTime() ?? clock.now() };
  };
}
