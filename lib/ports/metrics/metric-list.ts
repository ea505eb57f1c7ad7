import { executionMetrics } from './execution-metrics.ts';
import { limitMetrics } from './limit-metrics.ts';
import type { MetricDefinition } from './metric-definition.ts';
import { processMetrics } from './process-metrics.ts';
import { queueMetrics } from './queue-metrics.ts';

/**
 * Every metric of Millrace, by the key that code reports it under. The endpoint `/metrics`, the
 * metrics in CloudWatch, docs/metrics.md, the Grafana dashboard and the alert rules derive from it.
 */
export const metricList = Object.freeze({
  ...executionMetrics,
  ...queueMetrics,
  ...limitMetrics,
  ...processMetrics,
});

type List = typeof metricList;

/** The key of a metric. */
export type MetricKey = keyof List;

/** Keys of the metrics of one type. */
type KeysOf<Type extends MetricDefinition['type']> = {
  [Key in MetricKey]: List[Key]['type'] extends Type ? Key : never;
}[MetricKey];

/** The key of a counter. */
export type CounterKey = KeysOf<'counter'>;

/** The key of a gauge. */
export type GaugeKey = KeysOf<'gauge'>;

/** The key of a histogram. */
export type HistogramKey = KeysOf<'histogram'>;

/** The name of a label. */
export type MetricLabel = {
  [Key in MetricKey]: keyof List[Key]['labels'];
}[MetricKey];

/** All metrics with their keys, in the order of the list. */
export const metricEntries: readonly (readonly [MetricKey, MetricDefinition])[] = Object.freeze(
  Object.entries(metricList) as [MetricKey, MetricDefinition][],
);
