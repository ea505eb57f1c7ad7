import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metrics } from '../../ports/metrics.ts';

/** What a {@link ProcessSampler} is constructed from. */
export interface ProcessSamplerOptions {
  readonly metrics: Metrics;
  /** The version of Millrace. */
  readonly version: string;
}

/** How often the delay of the event loop is measured, in milliseconds. */
const delayResolutionMs = 20;

const nanosecondsPerSecond = 1e9;

/** Measures this process: its event loop, its CPU time and its memory. */
export class ProcessSampler {
  readonly #metrics: Metrics;
  readonly #delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  #utilization = performance.eventLoopUtilization();
  #cpuSeconds = 0;

  constructor({ metrics, version }: ProcessSamplerOptions) {
    this.#metrics = metrics;
    this.#delay.enable();
    metrics.gauge('info', 1, { version, node: process.versions.node });
    metrics.gauge('processStart', performance.timeOrigin / 1_000);
  }

  /** Sets the metrics to what has happened since the last call. */
  sample(): void {
    this.#sampleEventLoop();
    const { user, system } = process.cpuUsage();
    const cpuSeconds = (user + system) / 1e6;
    this.#metrics.count('processCpu', cpuSeconds - this.#cpuSeconds);
    this.#cpuSeconds = cpuSeconds;
    const { rss, heapUsed } = process.memoryUsage();
    this.#metrics.gauge('residentMemory', rss);
    this.#metrics.gauge('heapMemory', heapUsed);
  }

  /** Stops measuring the delay of the event loop. */
  close(): void {
    this.#delay.disable();
  }

  #sampleEventLoop(): void {
    const delay = this.#delay;
    const statistics = {
      mean: delay.mean,
      p50: delay.percentile(50),
      p99: delay.percentile(99),
      max: delay.max,
    };
    for (const [statistic, nanoseconds] of Object.entries(statistics)) {
      this.#metrics.gauge('eventLoopDelay', toLateSeconds(nanoseconds), { statistic });
    }
    delay.reset();
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization);
    this.#utilization = now;
    this.#metrics.gauge('eventLoopUtilization', utilization);
  }
}

/** The timer of the measurement itself is no delay; without a measurement there was none either. */
function toLateSeconds(nanoseconds: number): number {
  if (!Number.isFinite(nanoseconds)) return 0;
  return Math.max(0, nanoseconds / nanosecondsPerSecond - delayResolutionMs / 1_000);
}
