import type { LeaderRequest } from '../../config/event-names.ts';
import { metricDimensions, metricNames } from '../../config/metric-names.ts';
import type { AppContext } from '../../operations/app-context.ts';
import { roleOptions } from '../../operations/create-executor.ts';
import { batchReaderDeps } from '../../operations/start-batch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContinuationQueue } from '../../ports/continuation-queue.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { Janitor } from '../../roles/janitor.ts';
import { Leader } from '../../roles/leader.ts';
import { OnDemandLeader } from '../../roles/on-demand-leader.ts';
import type { Role } from '../../roles/role.ts';
import { Sweeper, sweeperDefaults } from '../../roles/sweeper.ts';

/** Covers the longest pause between two calls, and a call that is late, in milliseconds. */
const leaseMs = 90_000;
/** Time between two ticks of the janitor, in milliseconds. */
const janitorMs = 300_000;
/** Time between two measurements of the queues' waits, in milliseconds. */
const measureMs = 30_000;

/** Creates the leader of the leader function; it continues by messages to `queue`. */
export function createOnDemandLeader(
  context: AppContext,
  queue: ContinuationQueue,
): OnDemandLeader {
  const { store, broker, signalRouter, clock, settings, leaderSchedule } = context;
  const common = roleOptions(context);
  const dispatcher = new Dispatcher(context);
  const leaderDeps = {
    ...common,
    ...batchReaderDeps(context),
    store,
    dispatcher,
    signalRouter,
    leaseMs,
  };
  const sweeper = new Sweeper({ ...common, store, broker, dispatcher });
  const janitor = new Janitor({ ...common, store, retentionMs: settings.retentionMs });
  return new OnDemandLeader({
    ...common,
    store,
    leaderSchedule,
    createLeader: (scope) => new Leader({ ...leaderDeps, scope }),
    helpers: [
      seldom(sweeper, sweeperDefaults.intervalMs, clock),
      seldom({ tick: () => measureWaits(context) }, measureMs, clock),
      seldom(janitor, janitorMs, clock),
    ],
    continueLater: async (predecessor, pausedMs) => {
      const request: LeaderRequest = { kind: 'continue', predecessor, pausedMs };
      await queue.send(JSON.stringify(request), pausedMs);
    },
  });
}

/** Limits `role` to one tick in `everyMs`, once a tick has left nothing to do. */
function seldom(role: Pick<Role, 'tick'>, everyMs: number, clock: Clock): Pick<Role, 'tick'> {
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    tick: async (signal) => {
      if (clock.now() < nextAt) return everyMs;
      const pauseMs = await role.tick(signal);
      if (pauseMs > 0) nextAt = clock.now() + everyMs;
      return pauseMs;
    },
  };
}

/** Measures how long the oldest runnable task of each queue has waited; 0 when none waits. */
async function measureWaits({ store, settings, metrics }: AppContext): Promise<number> {
  const waits = new Map((await store.listQueueWaits()).map((wait) => [wait.queue, wait.oldestMs]));
  for (const queue of Object.keys(settings.queues)) {
    const labels = { [metricDimensions.queue]: queue };
    metrics.gauge(metricNames.oldestRunnableMs, waits.get(queue) ?? 0, labels);
  }
  return measureMs;
}
