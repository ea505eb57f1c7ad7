import type { MetricDefinition } from '../../ports/metrics/metric-definition.ts';
import type { Labels } from '../../ports/metrics.ts';

/** The value of a label that stands for all values beyond its maximum number. */
const otherValue = 'other';

/** Maximum length of a label's value, in characters: names of errors are texts of users. */
const valueCharsMax = 120;

/**
 * Keeps the number of series of one metric bounded: once a label has had its maximum number of
 * different values, further ones become `other`.
 */
export class LabelBounds {
  readonly #labels: MetricDefinition['labels'];
  readonly #seen = new Map<string, Set<string>>();

  constructor({ labels }: Pick<MetricDefinition, 'labels'>) {
    this.#labels = labels;
  }

  /** Returns the values of the metric's labels; a label that was not given is left out. */
  apply(labels: Labels): Record<string, string> {
    const applied: Record<string, string> = {};
    for (const [name, value] of Object.entries(labels)) {
      const values = this.#labels[name];
      if (values === undefined) continue;
      applied[name] = typeof values === 'number' ? this.#bound(name, value, values) : value;
    }
    return applied;
  }

  #bound(name: string, value: string, valuesMax: number): string {
    let seen = this.#seen.get(name);
    if (seen === undefined) {
      seen = new Set();
      this.#seen.set(name, seen);
    }
    const short = value.slice(0, valueCharsMax);
    if (seen.has(short)) return short;
    if (seen.size >= valuesMax) return otherValue;
    seen.add(short);
    return short;
  }
}
