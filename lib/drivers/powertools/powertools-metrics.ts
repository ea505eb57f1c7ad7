import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { MetricDefinition } from '../../ports/metrics/metric-definition.ts';
import {
  type CounterKey,
  type GaugeKey,
  type HistogramKey,
  type MetricKey,
  metricList,
} from '../../ports/metrics/metric-list.ts';
import type { Labels, Metrics } from '../../ports/metrics.ts';

/** Values of one set of dimensions. */
interface Measured {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly counted: Map<MetricKey, number>;
  readonly gauged: Map<MetricKey, number>;
  readonly observed: Map<MetricKey, number[]>;
}

/**
 * Maximum number of values of one metric in a line: one below the format's 100, at which Powertools
 * writes a line by itself and drops the dimensions of the values that follow.
 */
const valuesMax = 99;

/**
 * Writes metrics of a function to its log in CloudWatch's embedded metric format, which costs no
 * call and no time. Values are collected until `publish`, one line for each set of dimensions:
 * counters are summed, gauges keep their last value, observations are all kept. Labels that are no
 * dimensions in the list of metrics are dropped, and so are metrics that are not for CloudWatch.
 */
export class PowertoolsMetrics implements Metrics {
  readonly #powertools = new Powertools();
  readonly #measured = new Map<string, Measured>();

  count(key: CounterKey, by = 1, labels: Labels = {}): void {
    const counted = this.#getMeasured(key, labels)?.counted;
    counted?.set(key, (counted.get(key) ?? 0) + by);
  }

  gauge(key: GaugeKey, value: number, labels: Labels = {}): void {
    this.#getMeasured(key, labels)?.gauged.set(key, value);
  }

  observe(key: HistogramKey, value: number, labels: Labels = {}): void {
    const observed = this.#getMeasured(key, labels)?.observed;
    const values = observed?.get(key);
    if (values === undefined) observed?.set(key, [value]);
    else values.push(value);
  }

  /** Writes the values since the last call; nothing if there are none. */
  publish(): void {
    for (const { dimensions, counted, gauged, observed } of this.#measured.values()) {
      const single = [...counted, ...gauged].map(([key, value]) => [key, [value]] as const);
      for (const line of toLines([...single, ...observed])) this.#write(dimensions, line);
    }
    this.#measured.clear();
  }

  /** Returns where the values of these labels are collected; undefined if they are not. */
  #getMeasured(key: MetricKey, labels: Labels): Measured | undefined {
    const { dimensions: names }: MetricDefinition = metricList[key];
    if (names === undefined) return undefined;
    const used = Object.entries(labels).filter(([name]) => names.includes(name));
    const id = JSON.stringify(used.sort());
    const known = this.#measured.get(id);
    if (known !== undefined) return known;
    const dimensions = Object.fromEntries(used);
    const measured = { dimensions, counted: new Map(), gauged: new Map(), observed: new Map() };
    this.#measured.set(id, measured);
    return measured;
  }

  #write(dimensions: Measured['dimensions'], line: readonly MetricValues[]): void {
    if (Object.keys(dimensions).length > 0) this.#powertools.addDimensions({ ...dimensions });
    for (const [key, values] of line) {
      const { name, unit } = metricList[key];
      for (const value of values) this.#powertools.addMetric(name, units[unit], value);
    }
    this.#powertools.publishStoredMetrics();
  }
}

type MetricValues = readonly [key: MetricKey, values: readonly number[]];

/** Splits the metrics into lines, each with as many values of a metric as allowed. */
function toLines(metrics: readonly MetricValues[]): MetricValues[][] {
  const lines: MetricValues[][] = [];
  for (const [key, values] of metrics) {
    for (let from = 0; from < values.length; from += valuesMax) {
      const line = lines[from / valuesMax] ?? [];
      line.push([key, values.slice(from, from + valuesMax)]);
      lines[from / valuesMax] = line;
    }
  }
  return lines;
}

const units = {
  seconds: MetricUnit.Seconds,
  bytes: MetricUnit.Bytes,
  ratio: MetricUnit.NoUnit,
  none: MetricUnit.Count,
} as const satisfies Record<MetricDefinition['unit'], string>;
