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
import type { AppResources } from '../app-resources.ts';
import type { FunctionConstruct } from '../compute/function-construct.ts';
import type { AppMetrics } from './app-metrics.ts';
import { databaseMetric, metricPeriod, scheduleMetric, waitingIn } from './aws-metrics.ts';

/** Props of {@link Alarms}. */
export interface AlarmsProps {
  readonly resources: AppResources;
  readonly metrics: AppMetrics;
  readonly scheduleGroup: string;
  /** Maximum time that a runnable execution may wait for a worker. */
  readonly oldestRunnable: Duration;
  /** Topic that is notified. @default none */
  readonly topic?: ITopic;
}

/** The condition of an alarm: above a threshold, in so many datapoints of so many periods. */
interface AlarmCondition {
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default 1 */
  readonly datapoints?: number;
  /** @default `datapoints` */
  readonly periods?: number;
  /** What the alarm means, and what to check. */
  readonly meaning: string;
}

/** Fraction of its timeout that an invocation may take without an alarm. */
const timeoutShare = 0.8;

const fiveMinutes = Duration.minutes(5);

/**
 * The alarms of an app. An idle app reports no metrics, so missing data does not breach an alarm.
 */
export class Alarms extends Construct {
  /** Alarms by id. */
  readonly all: ReadonlyMap<string, Alarm>;
  readonly #props: AlarmsProps;
  readonly #alarms = new Map<string, Alarm>();

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#watchQueues();
    this.#watchDeadLetters();
    for (const [queue, worker] of props.resources.compute.workers) this.#watchWorker(queue, worker);
    this.#watchLeader();
    this.#watchDatabase();
    this.all = this.#alarms;
  }

  #watchQueues(): void {
    const { resources, metrics, oldestRunnable } = this.#props;
    for (const queue of resources.queues.pairs.keys()) {
      this.#alarm(`DeadLetters-${queue}`, {
        metric: metrics.deadLetters(queue),
        threshold: 0,
        meaning: `tasks of ${queue} were archived as dead letters: see millrace archive list`,
      });
      this.#alarm(`OldestRunnable-${queue}`, {
        metric: metrics.oldestRunnable(queue),
        threshold: oldestRunnable.toSeconds(),
        datapoints: 3,
        periods: 5,
        meaning: `executions of ${queue} wait for a worker: check whether it is throttled or too small`,
      });
    }
  }

  #watchDeadLetters(): void {
    const { queues, compute, schedules } = this.#props.resources;
    const { leader, pairs } = queues;
    for (const [name, { dead }] of pairs) {
      const meaning = `dead letters of ${name} are not archived: check the archiver's log`;
      this.#alarm(`Dead-${name}`, { metric: waitingIn(dead), threshold: 0, meaning });
    }
    this.#alarm('Dead-leader', {
      metric: waitingIn(leader.dead),
      threshold: 0,
      meaning:
        'the leader failed to handle messages of its queue: check its log, redrive the queue',
    });
    this.#alarm('Failures', {
      metric: waitingIn(compute.failures),
      threshold: 0,
      meaning:
        'the leader or a migration failed: each message of the queue has the event and the error',
    });
    this.#alarm('Undelivered', {
      metric: waitingIn(schedules.undelivered),
      threshold: 0,
      meaning: 'a schedule or a rule could not invoke the leader: each message has the reason',
    });
  }

  #watchWorker(queue: string, worker: FunctionConstruct): void {
    const { timeout } = worker.function;
    this.#watchErrors(`worker-${queue}`, worker);
    this.#alarm(`Throttles-worker-${queue}`, {
      metric: worker.function.metricThrottles({ period: fiveMinutes }),
      threshold: 0,
      datapoints: 3,
      meaning: `the worker of ${queue} is throttled: by its concurrency, or by the account's quota`,
    });
    if (timeout === undefined) return;
    this.#alarm(`Duration-worker-${queue}`, {
      metric: worker.function.metricDuration({ period: fiveMinutes, statistic: 'p99' }),
      threshold: timeout.toMilliseconds() * timeoutShare,
      datapoints: 2,
      periods: 3,
      meaning: `the worker of ${queue} nears its timeout: use smaller batches, or a longer timeout`,
    });
  }

  #watchLeader(): void {
    const { resources, scheduleGroup } = this.#props;
    const { leader, archiver, api, stepFunctions } = resources.compute;
    const { dashboard } = resources;
    this.#watchErrors('leader', leader);
    this.#watchErrors('archiver', archiver);
    if (api !== undefined) this.#watchErrors('api', api);
    if (stepFunctions !== undefined) this.#watchErrors('step-functions', stepFunctions);
    if (dashboard !== undefined) this.#watchErrors('dashboard', dashboard.server);
    this.#alarm('LeaderSilent', {
      metric: this.#workWithoutLeader(),
      threshold: 0,
      datapoints: 10,
      meaning: 'messages wait and nothing invokes the leader: check that its schedule is enabled',
    });
    for (const metricName of ['TargetErrorCount', 'InvocationDroppedCount']) {
      this.#alarm(`Schedule-${metricName}`, {
        metric: scheduleMetric(scheduleGroup, metricName),
        threshold: 0,
        meaning:
          'schedules do not reach the leader: check its concurrency and the role of schedules',
      });
    }
  }

  #watchErrors(id: string, { function: watched }: FunctionConstruct): void {
    this.#alarm(`Errors-${id}`, {
      metric: watched.metricErrors({ period: fiveMinutes }),
      threshold: 0,
      datapoints: 2,
      periods: 3,
      meaning: `invocations of ${id} fail or time out: check its log`,
    });
  }

  /**
   * Returns a metric that is 1 in a minute in which messages wait and the leader is not invoked. An
   * idle leader is not invoked either, and then reports no metrics, so neither alone is a fault.
   */
  #workWithoutLeader(): IMetric {
    const { queues, compute } = this.#props.resources;
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
      label: 'messages wait, and the leader is not invoked',
    }) as IMetric;
  }

  #watchDatabase(): void {
    this.#alarm('DatabaseCapacity', {
      metric: databaseMetric(this.#props.resources.data.database.cluster, 'ACUUtilization'),
      threshold: 90,
      datapoints: 12,
      periods: 15,
      meaning: 'the database nears its maximum capacity: raise it, or reduce workerConcurrency',
    });
  }

  #alarm(
    id: string,
    { metric, threshold, datapoints = 1, periods = datapoints, meaning }: AlarmCondition,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `Millrace: ${meaning}`,
      threshold,
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
    this.#alarms.set(id, alarm);
  }
}
