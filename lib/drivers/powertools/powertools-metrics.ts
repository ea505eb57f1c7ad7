/**
 * Metrics of a function as lines of its log in CloudWatch's embedded metric format: no call, and no
 * time of the invocation. They are gathered until `publish`, one line for each set of labels:
 * counters summed, gauges at their last value, observations one by one.
 */
import { MetricUnit, Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { Labels, Metrics } from '../../ports/metrics.ts';

/** What was measured under one set of labels. */
interface Measured {
  readonly labels: Labels;
  readonly counted: Map<string, number>;
  readonly gauged: Map<string, number>;
  readonly observed: Map<string, number[]>;
}

/**
 * Values of one metric in a line: one below the format's 100, at which Powertools writes a line by
 * itself and forgets the dimensions of what is still to come.
 */
const valuesMax = 99;

/** See this file's head. */
export class PowertoolsMetrics implements Metrics {
  readonly #powertools = new Powertools();
  readonly #measured = new Map<string, Measured>();

  count(name: string, by = 1, labels: Labels = {}): void {
    const { counted } = this.#under(labels);
    counted.set(name, (counted.get(name) ?? 0) + by);
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    this.#under(labels).gauged.set(name, value);
  }

  observe(name: string, value: number, labels: Labels = {}): void {
    const { observed } = this.#under(labels);
    const values = observed.get(name);
    if (values === undefined) observed.set(name, [value]);
    else values.push(value);
  }

  /** Writes what was measured since the last time; nothing when nothing was. */
  publish(): void {
    for (const { labels, counted, gauged, observed } of this.#measured.values()) {
      const single = [...counted, ...gauged].map(([name, value]) => [name, [value]] as const);
      for (const line of linesOf([...single, ...observed])) this.#write(labels, line);
    }
    this.#measured.clear();
  }

  #under(labels: Labels): Measured {
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
      for (const value of values) this.#powertools.addMetric(name, unitOf(name), value);
    }
    this.#powertools.publishStoredMetrics();
  }
}

type NamedValues = readonly [name: string, values: readonly number[]];

/** What goes into one line each: as many values of each metric as one may hold. */
function linesOf(metrics: readonly NamedValues[]): NamedValues[][] {
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

function unitOf(name: string) {
  return name.endsWith('Ms') ? MetricUnit.Milliseconds : MetricUnit.Count;
}
