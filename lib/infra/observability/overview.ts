import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AppResources } from '../app-resources.ts';
import type { Alarms } from './alarms.ts';
import type { AppMetrics } from './app-metrics.ts';
import { databaseMetric, metricPeriod, scheduleMetric, waitingIn } from './aws-metrics.ts';

/** Props of {@link Overview}. */
export interface OverviewProps {
  readonly resources: AppResources;
  readonly metrics: AppMetrics;
  readonly alarms: Alarms;
  readonly scheduleGroup: string;
}

const help = `**No alarm?** Work flows when *Ended* follows *Created* and *Waiting* falls.

**Waiting rises, nothing ends:** check *Errors | throttles*, then the log of that worker.

**Dead letters:** \`millrace archive list\`, fix the cause, \`millrace archive redrive\`.

**All empty?** An idle app rests: its leader schedule is off and its database is paused.`;

/** Columns of a dashboard. */
const width = 24;
const rowHeight = 6;

/** A graph: its title, the metrics on the left axis, and those on the right axis. */
type Graph = readonly [title: string, left: IMetric[], right?: IMetric[]];

/**
 * The dashboard: first the alarms, then whether work flows, then the queues, functions and database
 * that it flows through, and last what is billed.
 */
export class Overview extends Dashboard {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id, { defaultInterval: Duration.hours(3) });
    const alarms = [...props.alarms.all.values()];
    const textWidth = width / 3;
    this.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms, width: width - textWidth, height: 7 }),
      new TextWidget({ markdown: help, width: textWidth, height: 7 }),
    );
    const rows = [flow, queues, functions, database, costs].map((graphsOf) => graphsOf(props));
    for (const graphs of rows) this.addWidgets(...sideBySide(graphs));
  }
}

function sideBySide(graphs: readonly Graph[]): IWidget[] {
  return graphs.map(
    ([title, left, right]) =>
      new GraphWidget({
        title,
        left,
        ...(right !== undefined && { right }),
        width: width / graphs.length,
        height: rowHeight,
        period: metricPeriod,
      }),
  );
}

function flow({ metrics }: OverviewProps): Graph[] {
  const statuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
  return [
    ['Ended, by status', statuses.map((status) => metrics.ended(status))],
    ['Created', [metrics.fannedOut()]],
    ['Failed | leases lost', [metrics.failed()], [metrics.leaseLosses()]],
  ];
}

function queues({ resources, metrics }: OverviewProps): Graph[] {
  const { pairs, leader } = resources.queues;
  const names = [...pairs.keys()];
  const all = [...pairs, ['leader', leader] as const];
  const lost = [
    waitingIn(resources.compute.failures, 'failed'),
    waitingIn(resources.schedules.undelivered, 'not delivered'),
  ];
  return [
    ['Waiting, by queue', all.map(([name, { queue }]) => waitingIn(queue, name))],
    ['Oldest runnable execution, s', names.map((name) => metrics.oldestRunnable(name))],
    ['Dead letters archived', names.map((name) => metrics.deadLetters(name))],
    [
      'Dead letters | failed events, in queues',
      all.map(([name, { dead }]) => waitingIn(dead, name)),
      lost,
    ],
  ];
}

function functions({ resources }: OverviewProps): Graph[] {
  const of = (measure: (each: IFunction, label: string) => IMetric) =>
    findFunctions(resources).map(([label, each]) => measure(each, label));
  const period = metricPeriod;
  return [
    [
      'Errors | throttles',
      of((each, label) => each.metricErrors({ period, label })),
      of((each, label) => each.metricThrottles({ period, label })),
    ],
    [
      'Duration, p99',
      of((each, label) => each.metricDuration({ period, label, statistic: 'p99' })),
    ],
    [
      'Concurrent executions',
      of((each, label) =>
        each.metric('ConcurrentExecutions', { period, label, statistic: Stats.MAXIMUM }),
      ),
    ],
  ];
}

function database({ resources, metrics }: OverviewProps): Graph[] {
  const { cluster } = resources.data.database;
  const names = [...resources.queues.pairs.keys()];
  return [
    ['Commit duration, s', [metrics.commitDuration('p50'), metrics.commitDuration('p99')]],
    [
      'Claimed | checkpoints per commit',
      names.map((name) => metrics.claimed(name)),
      [metrics.commitGroup()],
    ],
    [
      'Database: % of maximum capacity | connections',
      [databaseMetric(cluster, 'ACUUtilization')],
      [databaseMetric(cluster, 'DatabaseConnections', Stats.MAXIMUM)],
    ],
  ];
}

function costs({ resources, scheduleGroup }: OverviewProps): Graph[] {
  const period = metricPeriod;
  const sent = [...resources.queues.pairs].map(([label, { queue }]) =>
    queue.metricNumberOfMessagesSent({ period, label }),
  );
  const invocations = findFunctions(resources).map(([label, each]) =>
    each.metricInvocations({ period, label }),
  );
  const capacity = databaseMetric(resources.data.database.cluster, 'ServerlessDatabaseCapacity');
  return [
    ['Billed: database capacity, ACUs', [capacity]],
    ['Billed: invocations', invocations],
    [
      'Billed: messages | invocations by schedules',
      sent,
      [scheduleMetric(scheduleGroup, 'InvocationAttemptCount')],
    ],
  ];
}

function findFunctions({
  compute,
  dashboard,
}: AppResources): (readonly [label: string, IFunction])[] {
  const { workers, leader, archiver, api, stepFunctions } = compute;
  return [
    ...[...workers].map(([queue, worker]) => [`worker ${queue}`, worker.function] as const),
    ['leader', leader.function] as const,
    ['archiver', archiver.function] as const,
    ...(api === undefined ? [] : [['api', api.function] as const]),
    ...(stepFunctions === undefined ? [] : [['step-functions', stepFunctions.function] as const]),
    ...(dashboard === undefined ? [] : [['dashboard', dashboard.server.function] as const]),
  ];
}
