import { messageOf } from '../../errors.ts';
import type { LeaderSchedule } from '../../ports/leader-schedule.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Store } from '../../ports/store/store.ts';
import { storeAfterCalls } from './store-after-calls.ts';

/** The calls that may record work for the leader or the sweeper. */
const recordingCalls: ReadonlySet<keyof Store> = new Set<keyof Store>([
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
  return storeAfterCalls(store, recordingCalls, enable);
}
