/** The programs outside of the cluster that send messages and work for activities. */
import { noMetrics } from '../../lib/drivers/system/no-metrics.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { NewMessage } from '../../lib/ports/store/message-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { ActivityTasks } from '../../lib/roles/callbacks/activity-tasks.ts';
import { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import { SignalRouter } from '../../lib/roles/callbacks/signal-router.ts';
import { Dispatcher } from '../../lib/roles/delivery/dispatcher.ts';
import { ActivityWorkers } from './activity-workers.ts';
import { activity } from './answers.ts';
import type { Dice } from './dice.ts';
import type { ExternalServices } from './external-services.ts';
import { MessageSenders } from './message-senders.ts';
import type { Trace } from './trace.ts';

/** What they reach. */
export interface OutsiderDeps {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly trace: Trace;
  readonly store: Store;
  readonly broker: Broker;
  readonly externalServices: ExternalServices;
}

/** Creates them; the workers of the activity are not started. */
export function createOutsiders({
  clock,
  dice,
  trace,
  store,
  broker,
  externalServices,
}: OutsiderDeps) {
  const logger = trace.createLogger('outsiders');
  const dispatcher = new Dispatcher({ broker, logger, metrics: noMetrics });
  const signalRouter = new SignalRouter({ store, dispatcher, logger });
  const messageTasks = new MessageTasks({ store, signalRouter, clock, logger });
  const put = (message: NewMessage) => store.putMessage(message);
  const names = new Set([activity.name]);
  const activities = new ActivityTasks({ store, signalRouter, clock, logger, activities: names });
  return {
    messageSenders: new MessageSenders({ clock, trace, messageTasks, put, dice }),
    activityWorkers: new ActivityWorkers({ clock, activities, externalServices }),
  };
}
