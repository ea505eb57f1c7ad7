import type { Metrics } from './metrics.ts';
import type { MetricsExposition } from './metrics-exposition.ts';
import type { Tracer } from './tracer.ts';

/** What a process measures and records about itself. */
export interface Telemetry {
  readonly metrics: Metrics;
  /** The metrics as a text, for Prometheus; null for a process that does not keep them. */
  readonly exposition: MetricsExposition | null;
  readonly tracer: Tracer;
  /** Sends the spans that are not sent yet, and stops measuring. */
  readonly closeTelemetry: () => Promise<void>;
}
