import type { Operations } from '../api/contract/contract.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

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

/**
 * Answers polls of activities in a function. A poll is answered at once: while it waited, it would
 * take an invocation from everyone else. And while the leader sleeps, no work comes, so that
 * a poll that has asked since then is answered without the database, which then can pause.
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
      const { clock } = this.#deps;
      const { activity } = request.params;
      const emptyAt = this.#emptyAt.get(activity) ?? null;
      if (emptyAt !== null && clock.now() - emptyAt < repeatMs) return nothing('awake');
      if (emptyAt !== null && (await this.#isAsleepSince(emptyAt))) return nothing('asleep');
      const askedAt = clock.now();
      const body = { ...request.body, waitSeconds: 0 };
      const reply = await poll({ ...request, body }, call);
      if (reply.task !== null) return reply;
      this.#emptyAt.set(activity, askedAt);
      return nothing('awake');
    };
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

function nothing(leader: keyof typeof pollAfterSeconds) {
  return { task: null, pollAfterSeconds: pollAfterSeconds[leader] };
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
    const { ScheduleCalls } = await import('../drivers/scheduler/schedule-calls.ts');
    const { State, LastModificationDate } = await new ScheduleCalls(group, clock).get(name);
    return { isAwake: State === 'ENABLED', since: LastModificationDate?.getTime() ?? clock.now() };
  };
}
