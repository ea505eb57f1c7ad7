/** Metrics of the process itself. */
import { expect, it } from 'vitest';
import { ProcessSampler } from '../../../lib/drivers/prometheus/process-sampler.ts';
import { PrometheusMetrics } from '../../../lib/drivers/prometheus/prometheus-metrics.ts';
import { readSamples } from '../../support/prometheus-text.ts';

it('a sample has the CPU time, the memory and the event loop since the last one', async () => {
  const metrics = new PrometheusMetrics({ now: Date.now });
  const sampler = new ProcessSampler({ metrics, version: '1.2.3' });
  metrics.beforeRead(() => sampler.sample());
  const startedAt = performance.now();
  while (performance.now() - startedAt < 120) Math.sqrt(startedAt);
  await new Promise((resolve) => setImmediate(resolve));

  const samples = readSamples(await metrics.read());
  sampler.close();

  const info = `millrace_info{version="1.2.3",node="${process.versions.node}"}`;
  expect(samples[info]).toBe(1);
  expect(samples.millrace_process_cpu_seconds_total).toBeGreaterThan(0.1);
  expect(samples.millrace_process_resident_memory_bytes).toBeGreaterThan(10_000_000);
  expect(samples.millrace_event_loop_utilization_ratio).toBeGreaterThan(0);
  expect(samples.millrace_event_loop_utilization_ratio).toBeLessThanOrEqual(1);
  const statistics = ['mean', 'p50', 'p99', 'max'].map(
    (statistic) => samples[`millrace_event_loop_delay_seconds{statistic="${statistic}"}`],
  );
  for (const seconds of statistics) expect(seconds).toBeGreaterThanOrEqual(0);
  const started = samples.millrace_process_start_time_seconds ?? 0;
  expect(Math.abs(started - Date.now() / 1_000)).toBeLessThan(600);
});
