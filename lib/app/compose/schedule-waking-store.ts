import { messageOf } from '../../errors.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store/store.ts';

/** The calls that may record work for the leader or the sweeper. */
const recordingCalls: ReadonlySet<PropertyKey> = new Set<keyof Store>([
  'requestBatchAbort',
  'cancelUnstarted',
  'createBatch',
  'createExecutions',
  'createOrder',
  'makeTasksDue',
  'putMessage',
  'redriveArchived',
  'redriveExecutions',
  'requestAbort',
  'sendSignals',
  'takeActivityTask',
  'transitionBatch',
  'transitionOrder',
]);

/**
 * Returns a store that enables the leader schedule whenever it has recorded work, before the caller
 * gets the result. It is for every process but the leader and the workers: the leader may be idle,
 * and its schedule disabled. A schedule that cannot be enabled is logged; the work stays recorded.
 */
export function scheduleWakingStore(store: Store, schedule: LeaderSchedule, logger: Logger): Store {
  const enable = () =>
    schedule.turnOn().catch((error: unknown) => {
      logger.error('leader schedule not enabled: recorded work waits for the next leader call', {
        error: messageOf(error),
      });
    });
  return new Proxy(store, {
    get(_, name) {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== 'function' || !recordingCalls.has(name)) return member;
      return async (...given: unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(member, store, given);
        } finally {
          // Also after a failure: the store may have recorded the work before the reply was lost.
          await enable();
        }
      };
    },
  });
}
