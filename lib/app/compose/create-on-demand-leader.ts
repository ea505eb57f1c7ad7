import type { LeaderRequest } from '../../config/event-names.ts';
import type { AppContext } from '../../operations/app-context.ts';
import { roleOptions } from '../../operations/create-executor.ts';
import { listLimitRules } from '../../operations/limits/create-limits.ts';
import { batchEndDeps, createResultFileWriter } from '../../operations/results/batch-end-deps.ts';
import { batchReaderDeps } from '../../operations/start-batch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContinuationQueue } from '../../ports/continuation-queue.ts';
import { LeftBatches } from '../../roles/batch/left-batches.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import { Leader } from '../../roles/leader.ts';
import { OnDemandLeader } from '../../roles/on-demand-leader.ts';
import { QueueMeter } from '../../roles/queue-meter.ts';
import type { Role } from '../../roles/role.ts';
import { Sweeper, sweeperDefaults } from '../../roles/sweeper.ts';
import {
  createAlerter,
  createJanitor,
  createOrderRunner,
  createWebhookSender,
} from './create-roles.ts';

/** Covers the longest pause between two calls, and a call that is late, in milliseconds. */
const leaseMs = 90_000;
/** Time between two ticks of the janitor, in milliseconds. */
const janitorMs = 300_000;
/** Time between two evaluations of the alert rules, in milliseconds. */
const alertMs = 60_000;
/** Time between two looks for webhooks to send, in milliseconds. */
const webhookMs = 2_000;
/** The rate of an order makes up for the longest pause between two calls, in milliseconds. */
const burstMs = 15_000;
/** Time between two measurements of the queues, in milliseconds. */
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
    ...batchEndDeps(context),
    store,
    dispatcher,
    signalRouter,
    leaseMs,
    // Each call has a leader of its own: what they leave to others is remembered between them.
    leftBatches: new LeftBatches({ clock, deployGraceMs: settings.deployGraceMs }),
  };
  const limitRules = listLimitRules(context);
  const sweeper = new Sweeper({ ...common, store, broker, dispatcher, limitRules });
  const janitor = createJanitor(context);
  const queueMeter = new QueueMeter({
    ...common,
    store,
    broker,
    queues: Object.keys(settings.queues),
    // SQS has metrics of its own, and each one more is billed.
    reports: 'waits',
    records: settings.measure === 'on',
  });
  return new OnDemandLeader({
    ...common,
    store,
    leaderSchedule,
    createLeader: (scope) => new Leader({ ...leaderDeps, scope }),
    createOrderRunner: (lease) => createOrderRunner(context, { ...lease, leaseMs, burstMs }),
    helpers: [
      seldom(sweeper, sweeperDefaults.intervalMs, clock),
      seldom(queueMeter, measureMs, clock),
      seldom(janitor, janitorMs, clock),
      seldom(createAlerter(context), alertMs, clock),
      // After the alerter and the leader, which queue them.
      seldom(createWebhookSender(context), webhookMs, clock),
      // Last: what it does not write in this call is left to the next.
      createResultFileWriter(context),
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
      if (clock.monotonicMs() < nextAt) return everyMs;
      const pauseMs = await role.tick(signal);
      if (pauseMs > 0) nextAt = clock.monotonicMs() + everyMs;
      return pauseMs;
    },
  };
}
