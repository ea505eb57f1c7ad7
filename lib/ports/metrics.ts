import type { CounterKey, GaugeKey, HistogramKey, MetricLabel } from './metrics/metric-list.ts';

/** Labels of one measurement: those of its metric in `metricList`. Never an id. */
export type Labels = Readonly<Partial<Record<MetricLabel, string>>>;

/** Counters and measurements by their key in `metricList`, in the unit that it names. */
export interface Metrics {
  /** Adds to a counter. @param by at least 0, default 1 */
  count(key: CounterKey, by?: number, labels?: Labels): void;
  /** Sets a value that goes up and down. */
  gauge(key: GaugeKey, value: number, labels?: Labels): void;
  /** Records one measurement of a distribution. */
  observe(key: HistogramKey, value: number, labels?: Labels): void;
}
