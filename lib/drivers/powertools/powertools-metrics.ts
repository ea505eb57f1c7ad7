import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { Labels, Metrics } from '../../ports/metrics.ts';

/** Values of one set of labels. */
interface Measured {
  readonly labels: Labels;
  readonly counted: Map<string, number>;
  readonly gauged: Map<string, number>;
  readonly observed: Map<string, number[]>;
}

/**
 * Maximum number of values of one metric in a line: one below the format's 100, at which Powertools
 * writes a line by itself and drops the dimensions of the values that follow.
 */
const valuesMax = 99;

/**
 * Writes metrics of a function to its log in CloudWatch's embedded metric format, which costs no
 * call and no time. Values are collected until `publish`, one line for each set of labels: counters
 * are summed, gauges keep their last value, observations are all kept.
 */
export class PowertoolsMetrics implements Metrics {
  readonly #powertools = new Powertools();
  readonly #measured = new Map<string, Measured>();

  count(name: string, by = 1, labels: Labels = {}): void {
    const { counted } = this.#getMeasured(labels);
    counted.set(name, (counted.get(name) ?? 0) + by);
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    this.#getMeasured(labels).gauged.set(name, value);
  }

  observe(name: string, value: number, labels: Labels = {}): void {
    const { observed } = this.#getMeasured(labels);
    const values = observed.get(name);
    if (values === undefined) observed.set(name, [value]);
    else values.push(value);
  }

  /** Writes the values since the last call; nothing if there are none. */
  publish(): void {
    for (const { labels, counted, gauged, observed } of this.#measured.values()) {
      const single = [...counted, ...gauged].map(([name, value]) => [name, [value]] as const);
      for (const line of toLines([...single, ...observed])) this.#write(labels, line);
    }
    this.#measured.clear();
  }

  #getMeasured(labels: Labels): Measured {
    const key = JSON.stringify(Object.entries(labels).sort());
    const known = this.#measured.get(key);
    if (known !== undefined) return known;
    const measured = { labels, counted: new Map(), gauged: new Map(), observed: new Map() };
    this.#measured.set(key, measured);
    return measured;
  }

  #write(labels: Labels, line: readonly NamedValues[]): void {
    if (Object.keys(labels).length > 0) this.#powertools.addDimensions({ ...labels });
    for (const [name, values] of line) {
      for (const value of values) this.#powertools.addMetric(name, findUnit(name), value);
    }
    this.#powertools.publishStoredMetrics();
  }
}

type NamedValues = readonly [name: string, values: readonly number[]];

/** Splits the metrics into lines, each with as many values of a metric as allowed. */
function toLines(metrics: readonly NamedValues[]): NamedValues[][] {
  const lines: NamedValues[][] = [];
  for (const [name, values] of metrics) {
    for (let from = 0; from < values.length; from += valuesMax) {
      const line = lines[from / valuesMax] ?? [];
      line.push([name, values.slice(from, from + valuesMax)]);
      lines[from / valuesMax] = line;
    }
  }
  return lines;
}

function findUnit(name: string) {
  return name.endsWith('Ms') ? MetricUnit.Milliseconds : MetricUnit.Count;
}
