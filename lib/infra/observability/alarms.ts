/**
 * What somebody should be woken for. Every alarm is quiet while there is nothing to do: missing
 * data is no fault, as an idle app measures nothing.
 */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AppFunction } from '../compute/app-function.ts';
import type { ComputeResources } from '../topology.ts';
import type { AppMetrics } from './app-metrics.ts';
import { databaseMetric, metricPeriod, scheduleMetric, waitingIn } from './aws-metrics.ts';

/** What is watched. */
export interface AlarmsProps {
  readonly topology: ComputeResources;
  readonly metrics: AppMetrics;
  readonly scheduleGroup: string;
  /** The longest that an execution that could run waits for a worker. */
  readonly oldestRunnable: Duration;
  /** Who is told; absent: nobody. */
  readonly topic?: ITopic;
}

/** Above what, in how many of how many periods. */
interface Condition {
  readonly metric: IMetric;
  readonly above: number;
  /** @default 1 */
  readonly datapoints?: number;
  /** @default `datapoints` */
  readonly periods?: number;
  /** What it means, and where to look. */
  readonly says: string;
}

/** How much of its timeout an invocation may take before somebody should look. */
const timeoutShare = 0.8;

const fiveMinutes = Duration.minutes(5);

/** See this file's head. */
export class Alarms extends Construct {
  /** By id. */
  readonly all: ReadonlyMap<string, Alarm>;
  readonly #props: AlarmsProps;
  readonly #made = new Map<string, Alarm>();

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#watchQueues();
    this.#watchDeadLetters();
    for (const [queue, worker] of props.topology.compute.workers) this.#watchWorker(queue, worker);
    this.#watchLeader();
    this.#watchDatabase();
    this.all = this.#made;
  }

  #watchQueues(): void {
    const { topology, metrics, oldestRunnable } = this.#props;
    for (const queue of topology.queues.pairs.keys()) {
      this.#alarm(`DeadLetters-${queue}`, {
        metric: metrics.deadLetters(queue),
        above: 0,
        says: `tasks of ${queue} came into the archive unrun: millrace archive list says why`,
      });
      this.#alarm(`OldestRunnable-${queue}`, {
        metric: metrics.oldestRunnable(queue),
        above: oldestRunnable.toMilliseconds(),
        datapoints: 3,
        periods: 5,
        says: `executions of ${queue} wait too long for a worker: is it throttled, or too small?`,
      });
    }
  }

  #watchDeadLetters(): void {
    const { queues, compute, schedules } = this.#props.topology;
    const { leader, pairs } = queues;
    for (const [name, { dead }] of pairs) {
      const says = `dead letters of ${name} are not archived: see the archiver's log`;
      this.#alarm(`Dead-${name}`, { metric: waitingIn(dead), above: 0, says });
    }
    this.#alarm('Dead-leader', {
      metric: waitingIn(leader.dead),
      above: 0,
      says: 'the leader failed at orders of its own queue: see its log, then redrive the queue',
    });
    this.#alarm('Failures', {
      metric: waitingIn(compute.failures),
      above: 0,
      says: 'the leader or a migration failed at events: each message has the event and the error',
    });
    this.#alarm('Undelivered', {
      metric: waitingIn(schedules.undelivered),
      above: 0,
      says: 'a schedule or a rule could not call the leader: each message says why',
    });
  }

  #watchWorker(queue: string, worker: AppFunction): void {
    const { timeout } = worker.function;
    this.#watchErrors(`worker-${queue}`, worker);
    this.#alarm(`Throttles-worker-${queue}`, {
      metric: worker.function.metricThrottles({ period: fiveMinutes }),
      above: 0,
      datapoints: 3,
      says: `the worker of ${queue} is held back: by its concurrency, or by the account's quota`,
    });
    if (timeout === undefined) return;
    this.#alarm(`Duration-worker-${queue}`, {
      metric: worker.function.metricDuration({ period: fiveMinutes, statistic: 'p99' }),
      above: timeout.toMilliseconds() * timeoutShare,
      datapoints: 2,
      periods: 3,
      says: `the worker of ${queue} comes near its timeout: smaller batches, or a longer one`,
    });
  }

  #watchLeader(): void {
    const { topology, scheduleGroup } = this.#props;
    const { leader, archiver, api } = topology.compute;
    this.#watchErrors('leader', leader);
    this.#watchErrors('archiver', archiver);
    if (api !== undefined) this.#watchErrors('api', api);
    this.#alarm('LeaderSilent', {
      metric: this.#workWithoutLeader(),
      above: 0,
      datapoints: 10,
      says: 'messages wait and nothing calls the leader: is the sweep schedule enabled?',
    });
    for (const metricName of ['TargetErrorCount', 'InvocationDroppedCount']) {
      this.#alarm(`Schedule-${metricName}`, {
        metric: scheduleMetric(scheduleGroup, metricName),
        above: 0,
        says: 'schedules do not reach the leader: see its concurrency, and the schedule role',
      });
    }
  }

  #watchErrors(id: string, { function: watched }: AppFunction): void {
    this.#alarm(`Errors-${id}`, {
      metric: watched.metricErrors({ period: fiveMinutes }),
      above: 0,
      datapoints: 2,
      periods: 3,
      says: `invocations of ${id} fail or run out of time: see its log`,
    });
  }

  /**
   * 1 in a minute in which messages wait and the leader is not called. An idle leader is not called
   * either, so its silence alone is no fault; and what it measures is silent with it.
   */
  #workWithoutLeader(): IMetric {
    const { queues, compute } = this.#props.topology;
    const waiting = [...queues.pairs.values()].map(
      ({ queue }, index) => [`queue${index}`, waitingIn(queue)] as const,
    );
    const sum = waiting.map(([name]) => `FILL(${name}, 0)`).join(' + ');
    return new MathExpression({
      expression: `IF(${sum} > 0 AND FILL(calls, 0) < 1, 1, 0)`,
      usingMetrics: {
        ...Object.fromEntries(waiting),
        calls: compute.leader.function.metricInvocations({ period: metricPeriod }),
      },
      period: metricPeriod,
      label: 'messages wait, and the leader is not called',
    }) as IMetric;
  }

  #watchDatabase(): void {
    this.#alarm('DatabaseCapacity', {
      metric: databaseMetric(this.#props.topology.data.database.cluster, 'ACUUtilization'),
      above: 90,
      datapoints: 12,
      periods: 15,
      says: 'the database is as large as it may be: allow more, or give workers less concurrency',
    });
  }

  #alarm(id: string, { metric, above, datapoints = 1, periods = datapoints, says }: Condition) {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `Millrace: ${says}`,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: datapoints,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const { topic } = this.#props;
    if (topic !== undefined) {
      const action = new SnsAction(topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    this.#made.set(id, alarm);
  }
}
