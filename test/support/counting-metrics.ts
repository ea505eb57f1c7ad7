import type { Metrics } from '../../lib/ports/metrics.ts';

/** Metrics that a test can read: counters are summed by name, whatever their labels. */
export class CountingMetrics implements Metrics {
  readonly counts = new Map<string, number>();
  readonly observed = new Map<string, number[]>();

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  gauge(): void {}

  observe(name: string, value: number): void {
    const values = this.observed.get(name);
    if (values === undefined) this.observed.set(name, [value]);
    else values.push(value);
  }
}
