/**
 * Names of metrics and of their dimensions in CloudWatch. The infrastructure takes them from the
 * list of metrics, so that every alarm watches a metric that is reported.
 */
import { type MetricKey, type MetricLabel, metricList } from '../ports/metrics/metric-list.ts';

/** The name of each metric, by its key: the same in CloudWatch as in Prometheus. */
export const metricNames = Object.freeze(
  Object.fromEntries(Object.entries(metricList).map(([key, { name }]) => [key, name])),
) as { readonly [Key in MetricKey]: (typeof metricList)[Key]['name'] };

/**
 * Dimensions of metrics in CloudWatch. Each distinct set of dimensions is a metric of its own,
 * which CloudWatch charges for, so dimensions are few and never an id.
 */
export const metricDimensions = Object.freeze({
  /** POWERTOOLS_SERVICE_NAME of the function that reports the metric; every metric has it. */
  service: 'service',
  queue: 'queue',
  /** How an execution or a batch ended. */
  status: 'status',
  /** How a run of an execution ended: ended, suspended, released, lost. */
  outcome: 'outcome',
  /** Why the sweeper sent a task. */
  reason: 'reason',
} as const satisfies Readonly<Record<string, MetricLabel | 'service'>>);
