import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricDefinition } from '../../ports/metrics/metric-definition.ts';
import {
  type CounterKey,
  type GaugeKey,
  type HistogramKey,
  type MetricKey,
  metricEntries,
} from '../../ports/metrics/metric-list.ts';
import type { Labels, Metrics } from '../../ports/metrics.ts';
import type { MetricsExposition } from '../../ports/metrics-exposition.ts';
import { LabelBounds } from './label-bounds.ts';

/** Options of {@link PrometheusMetrics}. */
export interface PrometheusMetricsOptions {
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** The labels of a gauge's value, and when it was set. */
interface SetValue {
  readonly labels: Record<string, string>;
  readonly at: number;
}

/**
 * Keeps the metrics of this process for Prometheus, which asks for them in its text format.
 *
 * The number of series is bounded by the list of metrics. A gauge with a maximum age that was not
 * set for that long is left out: the last value before an outage must not look like a current one.
 */
export class PrometheusMetrics implements Metrics, MetricsExposition {
  readonly #now: () => number;
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricKey, Counter>();
  readonly #gauges = new Map<MetricKey, Gauge>();
  readonly #histograms = new Map<MetricKey, Histogram>();
  readonly #bounds = new Map<MetricKey, LabelBounds>();
  /** Values of gauges that expire, by their labels. */
  readonly #expiring = new Map<MetricKey, Map<string, SetValue>>();
  readonly #samplers = new Set<() => void>();

  constructor({ now }: PrometheusMetricsOptions) {
    this.#now = now;
    for (const [key, definition] of metricEntries) this.#register(key, definition);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  count(key: CounterKey, by = 1, labels: Labels = {}): void {
    this.#counters.get(key)?.inc(this.#bound(key, labels), by);
  }

  gauge(key: GaugeKey, value: number, labels: Labels = {}): void {
    const bounded = this.#bound(key, labels);
    this.#gauges.get(key)?.set(bounded, value);
    this.#expiring.get(key)?.set(JSON.stringify(bounded), { labels: bounded, at: this.#now() });
  }

  observe(key: HistogramKey, value: number, labels: Labels = {}): void {
    this.#histograms.get(key)?.observe(this.#bound(key, labels), value);
  }

  beforeRead(sample: () => void): () => void {
    this.#samplers.add(sample);
    return () => {
      this.#samplers.delete(sample);
    };
  }

  async read(): Promise<string> {
    for (const sample of this.#samplers) sample();
    this.#expire();
    return await this.#registry.metrics();
  }

  #register(key: MetricKey, definition: MetricDefinition): void {
    const { name, type, help, labels, buckets = [] } = definition;
    const options = {
      name,
      help,
      labelNames: Object.keys(labels),
      registers: [this.#registry],
    };
    this.#bounds.set(key, new LabelBounds(definition));
    if (type === 'counter') {
      const counter = new Counter(options);
      this.#counters.set(key, counter);
      // `increase` of Prometheus does not see a series whose first value is not 0.
      for (const each of listKnownLabels(labels)) counter.inc(each, 0);
    } else if (type === 'gauge') {
      this.#gauges.set(key, new Gauge(options));
      if (definition.maxAgeMs !== undefined) this.#expiring.set(key, new Map());
    } else {
      this.#histograms.set(key, new Histogram({ ...options, buckets: [...buckets] }));
    }
  }

  #bound(key: MetricKey, labels: Labels): Record<string, string> {
    return this.#bounds.get(key)?.apply(labels) ?? {};
  }

  #expire(): void {
    for (const [key, { maxAgeMs = Infinity }] of metricEntries) {
      const values = this.#expiring.get(key);
      if (values === undefined) continue;
      const oldest = this.#now() - maxAgeMs;
      for (const [id, { labels, at }] of values) {
        if (at >= oldest) continue;
        values.delete(id);
        this.#gauges.get(key)?.remove(labels);
      }
    }
  }
}

/** Returns every combination of labels of a metric whose labels all have known values. */
function listKnownLabels(labels: MetricDefinition['labels']): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    if (typeof values === 'number') return [];
    combinations = combinations.flatMap((each) =>
      values.map((value) => ({ ...each, [name]: value })),
    );
  }
  return combinations;
}
