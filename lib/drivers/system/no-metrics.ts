/** Metrics that nobody collects. */
import type { Metrics } from '../../ports/metrics.ts';

export const noMetrics: Metrics = Object.freeze({
  count: () => {},
  gauge: () => {},
  observe: () => {},
});
