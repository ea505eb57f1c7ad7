/**
 * The dashboard, to be read at three in the morning: first what is wrong, then whether work flows,
 * then what it flows through, last what is paid for.
 */
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
import type { ComputeResources } from '../topology.ts';
import type { Alarms } from './alarms.ts';
import type { AppMetrics } from './app-metrics.ts';
import { databaseMetric, metricPeriod, scheduleMetric, waitingIn } from './aws-metrics.ts';

/** What is shown. */
export interface OverviewProps {
  readonly topology: ComputeResources;
  readonly metrics: AppMetrics;
  readonly alarms: Alarms;
  readonly scheduleGroup: string;
}

const help = `**Nothing red?** Work flows when *Ended* follows *Made* and *Waiting* falls.

**Waiting rises, nothing ends:** see *Errors | throttles*, then the log of that worker.

**Dead letters:** \`millrace archive list\`, mend the cause, \`millrace archive redrive\`.

**All empty?** An idle app rests: its sweep schedule is off and its database paused.`;

/** Columns of a dashboard. */
const width = 24;
const rowHeight = 6;

/** One graph: its title, its metrics, and those on the right axis. */
type Graph = readonly [title: string, left: IMetric[], right?: IMetric[]];

/** See this file's head. */
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
    ['Made', [metrics.fannedOut()]],
    ['Failed | leases lost', [metrics.failed()], [metrics.leaseLosses()]],
  ];
}

function queues({ topology, metrics }: OverviewProps): Graph[] {
  const { pairs, leader } = topology.queues;
  const names = [...pairs.keys()];
  const all = [...pairs, ['leader', leader] as const];
  const lost = [
    waitingIn(topology.compute.failures, 'failed'),
    waitingIn(topology.schedules.undelivered, 'not delivered'),
  ];
  return [
    ['Waiting, by queue', all.map(([name, { queue }]) => waitingIn(queue, name))],
    ['Age of the oldest that could run, ms', names.map((name) => metrics.oldestRunnable(name))],
    ['Dead letters, archived', names.map((name) => metrics.deadLetters(name))],
    [
      'Dead letters | events, still there',
      all.map(([name, { dead }]) => waitingIn(dead, name)),
      lost,
    ],
  ];
}

function functions({ topology }: OverviewProps): Graph[] {
  const of = (measure: (each: IFunction, label: string) => IMetric) =>
    functionsOf(topology).map(([label, each]) => measure(each, label));
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
      'Running at once',
      of((each, label) =>
        each.metric('ConcurrentExecutions', { period, label, statistic: Stats.MAXIMUM }),
      ),
    ],
  ];
}

function database({ topology, metrics }: OverviewProps): Graph[] {
  const { cluster } = topology.data.database;
  const names = [...topology.queues.pairs.keys()];
  return [
    ['Commit, ms', [metrics.commitMs('p50'), metrics.commitMs('p99')]],
    [
      'Claimed | checkpoints in a commit',
      names.map((name) => metrics.claimed(name)),
      [metrics.commitGroup()],
    ],
    [
      'Database: % of what it may grow to | connections',
      [databaseMetric(cluster, 'ACUUtilization')],
      [databaseMetric(cluster, 'DatabaseConnections', Stats.MAXIMUM)],
    ],
  ];
}

function costs({ topology, scheduleGroup }: OverviewProps): Graph[] {
  const period = metricPeriod;
  const sent = [...topology.queues.pairs].map(([label, { queue }]) =>
    queue.metricNumberOfMessagesSent({ period, label }),
  );
  const calls = functionsOf(topology).map(([label, each]) =>
    each.metricInvocations({ period, label }),
  );
  const capacity = databaseMetric(topology.data.database.cluster, 'ServerlessDatabaseCapacity');
  return [
    ['Paid: capacity units of the database', [capacity]],
    ['Paid: invocations', calls],
    [
      'Paid: messages | calls of schedules',
      sent,
      [scheduleMetric(scheduleGroup, 'InvocationAttemptCount')],
    ],
  ];
}

function functionsOf({ compute }: ComputeResources): (readonly [label: string, IFunction])[] {
  const { workers, leader, archiver, api } = compute;
  return [
    ...[...workers].map(([queue, worker]) => [`worker ${queue}`, worker.function] as const),
    ['leader', leader.function] as const,
    ['archiver', archiver.function] as const,
    ...(api === undefined ? [] : [['api', api.function] as const]),
  ];
}
