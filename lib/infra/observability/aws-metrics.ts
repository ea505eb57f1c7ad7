/** What AWS itself measures and the library has no method for. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IDatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** How fine AWS's own metrics are. */
export const metricPeriod = Duration.minutes(1);

/** Of the database, by RDS's name (`ACUUtilization` …). */
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

/** Of all schedules of a group together, by Scheduler's name (`TargetErrorCount` …). */
export function scheduleMetric(group: string, metricName: string): IMetric {
  return new Metric({
    namespace: 'AWS/Scheduler',
    metricName,
    dimensionsMap: { ScheduleGroup: group },
    statistic: Stats.SUM,
    period: metricPeriod,
  }) as IMetric;
}

/** Messages of a queue that nobody works on. */
export function waitingIn(queue: IQueue, label?: string): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({
    period: metricPeriod,
    statistic: Stats.MAXIMUM,
    ...(label !== undefined && { label }),
  });
}
