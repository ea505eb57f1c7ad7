/** Metrics of AWS services for which the CDK has no method. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IDatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** Period of AWS's own metrics. */
export const metricPeriod = Duration.minutes(1);

/** Returns a metric of the database, such as `ACUUtilization`. */
export function databaseMetric(
  { clusterIdentifier }: IDatabaseCluster,
  metricName: string,
  statistic: string = Stats.AVERAGE,
): IMetric {
  return new Metric({
    namespace: 'AWS/RDS',
    metricName,
    dimensionsMap: { DBClusterIdentifier: clusterIdentifier },
    statistic,
    period: metricPeriod,
  }) as IMetric;
}

/** Returns a metric of all schedules of a group, such as `TargetErrorCount`. */
export function scheduleMetric(group: string, metricName: string): IMetric {
  return new Metric({
    namespace: 'AWS/Scheduler',
    metricName,
    dimensionsMap: { ScheduleGroup: group },
    statistic: Stats.SUM,
    period: metricPeriod,
  }) as IMetric;
}

/** Returns the metric of messages that wait in a queue, without those in flight. */
export function waitingIn(queue: IQueue, label?: string): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({
    period: metricPeriod,
    statistic: Stats.MAXIMUM,
    ...(label !== undefined && { label }),
  });
}
