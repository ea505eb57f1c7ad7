import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';

/** How fast a process works. */
export interface Pulse {
  /** Executions that ended within the last minute. */
  readonly endedPerMinute: number;
  /** Median duration of the last commits, in milliseconds; null before the first. */
  readonly commitMs: number | null;
}

/** Number of commits of which the median is taken. */
const commitsMax = 100;

const minuteMs = 60_000;
const secondMs = 1_000;

/** Watches the metrics of a process for the two figures that a heartbeat reports. */
export class WorkerPulse {
  readonly #clock: Pick<Clock, 'now'>;
  /** Ends by second, in milliseconds since 1970. */
  readonly #ends = new Map<number, number>();
  #commits: number[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Returns metrics that pass everything on to `metrics`. */
  watch(metrics: Metrics): Metrics {
    return {
      count: (key, by, labels) => {
        if (key === 'ended') this.#countEnds(by ?? 1);
        metrics.count(key, by, labels);
      },
      gauge: (key, value, labels) => metrics.gauge(key, value, labels),
      observe: (key, value, labels) => {
        if (key === 'commitDuration') this.#keepCommit(value * secondMs);
        metrics.observe(key, value, labels);
      },
    };
  }

  /** Returns the figures as of now. */
  read(): Pulse {
    this.#forgetEnds();
    const endedPerMinute = [...this.#ends.values()].reduce((sum, count) => sum + count, 0);
    const sorted = this.#commits.toSorted((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)];
    return { endedPerMinute, commitMs: median === undefined ? null : Math.round(median * 10) / 10 };
  }

  #countEnds(by: number): void {
    const second = Math.floor(this.#clock.now() / secondMs) * secondMs;
    if (!this.#ends.has(second)) this.#forgetEnds();
    this.#ends.set(second, (this.#ends.get(second) ?? 0) + by);
  }

  #forgetEnds(): void {
    const from = this.#clock.now() - minuteMs;
    for (const second of this.#ends.keys()) if (second < from) this.#ends.delete(second);
  }

  #keepCommit(ms: number): void {
    this.#commits.push(ms);
    if (this.#commits.length >= 2 * commitsMax) this.#commits = this.#commits.slice(-commitsMax);
  }
}
