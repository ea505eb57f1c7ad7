import type { Metrics } from '../../ports/metrics.ts';

/** Discards all metrics. */
export const noMetrics: Metrics = Object.freeze({
  count: () => {},
  gauge: () => {},
  observe: () => {},
});
