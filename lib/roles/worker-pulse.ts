import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';

/** How fast a process works. */
export interface Pulse {
  /** Executions that ended within the last minute. */
  readonly endedPerMinute: number;
  /** Median duration of the last commits, in milliseconds; null before the first. */
  readonly commitMs: number | null;
  /** Executions that it has taken over from workers whose leases had expired, since its start. */
  readonly takenOver: number;
}

/** Number of commits of which the median is taken. */
const commitsMax = 100;

const minuteMs = 60_000;
const secondMs = 1_000;

/** Watches the metrics of a process for the figures that a heartbeat reports. */
export class WorkerPulse {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** Ends by second of the monotonic clock, in milliseconds. */
  readonly #ends = new Map<number, number>();
  #commits: number[] = [];
  #takenOver = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Returns metrics that pass everything on to `metrics`. */
  watch(metrics: Metrics): Metrics {
    return {
      count: (key, by, labels) => {
        if (key === 'ended') this.#countEnds(by ?? 1);
        if (key === 'stalled') this.#takenOver += by ?? 1;
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
    return {
      endedPerMinute,
      commitMs: median === undefined ? null : Math.round(median * 10) / 10,
      takenOver: this.#takenOver,
    };
  }

  #countEnds(by: number): void {
    const second = Math.floor(this.#clock.monotonicMs() / secondMs) * secondMs;
    if (!this.#ends.has(second)) this.#forgetEnds();
    this.#ends.set(second, (this.#ends.get(second) ?? 0) + by);
  }

  #forgetEnds(): void {
    const from = this.#clock.monotonicMs() - minuteMs;
    for (const second of this.#ends.keys()) if (second < from) this.#ends.delete(second);
  }

  #keepCommit(ms: number): void {
    this.#commits.push(ms);
    if (this.#commits.length >= 2 * commitsMax) this.#commits = this.#commits.slice(-commitsMax);
  }
}
