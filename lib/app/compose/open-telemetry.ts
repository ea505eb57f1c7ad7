/** Opens what a process measures and records about itself: metrics and traces. */
import type { SettingOverrides } from '../../config/setting-sources.ts';
import { version } from '../../config/version.ts';
import { noMetrics } from '../../drivers/system/no-metrics.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { noTracer } from '../../ports/tracer.ts';
import { openTracing, type TracingChoice } from './open-tracing.ts';

/** How telemetry is opened. */
export interface TelemetryOptions {
  /** Where metrics go. @default kept here, if `measures` is true, else nowhere */
  readonly metrics?: Metrics;
  /** Whether metrics are kept for Prometheus. @default false */
  readonly measures?: boolean;
  /** @default any */
  readonly tracing?: TracingChoice;
}

/** A process that measures and records nothing. */
export const noTelemetry: Telemetry = Object.freeze({
  metrics: noMetrics,
  exposition: null,
  tracer: noTracer,
  closeTelemetry: async () => {},
});

/**
 * Opens the telemetry, and returns the logger whose lines belong to its spans. Loads what is
 * needed: by default nothing.
 * @throws INVALID_CONFIGURATION when the packages for traces are missing
 */
export async function openTelemetry(
  env: SettingOverrides,
  ownLogger: Logger,
  { metrics, measures = false, tracing = 'any' }: TelemetryOptions,
): Promise<{ readonly telemetry: Telemetry; readonly logger: Logger }> {
  const { tracer, logger, close } = await openTracing(env, ownLogger, tracing);
  if (metrics !== undefined || !measures) {
    const telemetry = {
      metrics: metrics ?? noMetrics,
      exposition: null,
      tracer,
      closeTelemetry: close,
    };
    return { telemetry, logger };
  }
  const kept = await keepMetrics();
  const closeTelemetry = async () => {
    kept.close();
    await close();
  };
  return { telemetry: { ...kept, tracer, closeTelemetry }, logger };
}

async function keepMetrics() {
  const { PrometheusMetrics } = await import('../../drivers/prometheus/prometheus-metrics.ts');
  const { ProcessSampler } = await import('../../drivers/prometheus/process-sampler.ts');
  const metrics = new PrometheusMetrics({ now: systemClock.now });
  const sampler = new ProcessSampler({ metrics, version });
  metrics.beforeRead(() => sampler.sample());
  return { metrics, exposition: metrics, close: () => sampler.close() };
}
