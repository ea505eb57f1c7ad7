/**
 * A store whose callers need not know that the leader may be resting: whatever records work turns
 * the sweep's schedule on when the work stands, and before its caller hears of it.
 */
import { messageOf } from '../../errors.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store.ts';

/** What may leave something that leader or sweep have to look after. */
const recording: ReadonlySet<PropertyKey> = new Set<keyof Store>([
  'abortBatch',
  'abortUnstarted',
  'createBatch',
  'createExecutions',
  'hurryTasks',
  'putMessage',
  'redriveArchived',
  'redriveExecutions',
  'requestAbort',
  'signal',
  'takeActivityTask',
  'transitionBatch',
]);

/**
 * `store`, as those have it who are no leader and no worker. A schedule that cannot be turned on is
 * logged, and takes nothing back: what was recorded stands.
 */
export function scheduleWakingStore(store: Store, schedule: LeaderSchedule, logger: Logger): Store {
  const turnOn = () =>
    schedule.turnOn().catch((error: unknown) => {
      const why = 'work was recorded, and the schedule that looks after it could not be turned on';
      logger.error(why, { error: messageOf(error) });
    });
  return new Proxy(store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function' || !recording.has(name)) return member;
      return async (...given: unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(member, store, given);
        } finally {
          // After a failure, too: what was asked for may have been done.
          await turnOn();
        }
      };
    },
  });
}
