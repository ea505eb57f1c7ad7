/** Metrics in Prometheus' text format. */
import { describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../lib/drivers/prometheus/prometheus-metrics.ts';
import { metricEntries } from '../../../lib/ports/metrics/metric-list.ts';
import { readSamples } from '../../support/prometheus-text.ts';

function setUp() {
  const time = { now: 1_000_000 };
  const metrics = new PrometheusMetrics({ now: () => time.now });
  return { time, metrics, read: async () => readSamples(await metrics.read()) };
}

describe('PrometheusMetrics', () => {
  it('counters add up, gauges keep the last value and histograms count by bucket', async () => {
    const { metrics, read } = setUp();

    metrics.count('claimed', 2, { queue: 'low' });
    metrics.count('claimed', 3, { queue: 'low' });
    metrics.gauge('batchesLed', 7);
    metrics.gauge('batchesLed', 5);
    for (const size of [1, 30, 400]) metrics.observe('commitGroup', size);

    const samples = await read();
    expect(samples['millrace_executions_claimed_total{queue="low"}']).toBe(5);
    expect(samples.millrace_batches_led).toBe(5);
    expect(samples['millrace_commit_group_size_bucket{le="1"}']).toBe(1);
    expect(samples['millrace_commit_group_size_bucket{le="50"}']).toBe(2);
    expect(samples['millrace_commit_group_size_bucket{le="+Inf"}']).toBe(3);
    expect(samples.millrace_commit_group_size_sum).toBe(431);
  });

  it('every metric of the list has its help and its type in the text', async () => {
    const { metrics } = setUp();

    const text = await metrics.read();

    for (const [, { name, help, type }] of metricEntries) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('a counter whose label values are known starts at 0, so that its first increase is seen', async () => {
    const { read } = setUp();

    const samples = await read();

    expect(samples['millrace_batches_ended_total{status="FAILED"}']).toBe(0);
    expect(samples['millrace_tasks_swept_total{reason="lost"}']).toBe(0);
    expect(samples.millrace_lease_losses_total).toBe(0);
  });

  it('names of errors beyond the fiftieth count as other', async () => {
    const { metrics, read } = setUp();

    for (let index = 0; index < 60; index += 1) metrics.count('failed', 1, { error: `E${index}` });
    metrics.count('failed', 5, { error: 'E3' });
    metrics.count('failed', 1, { error: 'x'.repeat(5_000) });

    const samples = Object.entries(await read()).filter(([name]) =>
      name.startsWith('millrace_executions_failed_total'),
    );
    expect(samples).toHaveLength(51);
    expect(Object.fromEntries(samples)).toMatchObject({
      'millrace_executions_failed_total{error="E3"}': 6,
      'millrace_executions_failed_total{error="other"}': 11,
    });
  });

  it('the text of an error is escaped in a label, and cut', async () => {
    const { metrics, read } = setUp();

    metrics.count('failed', 1, { error: `a"\\\n${'y'.repeat(300)}` });

    const name = Object.keys(await read()).find((each) => each.includes('error="a')) ?? '';
    expect(name).toMatch(/^millrace_executions_failed_total\{error="a\\"\\\\\\ny{116}"\}$/);
  });

  it('a gauge that was not set for its maximum age is left out', async () => {
    const { time, metrics, read } = setUp();
    metrics.gauge('queuePaused', 0, { queue: 'low' });
    metrics.gauge('batchesLed', 1);
    time.now += 30_000;
    metrics.gauge('queuePaused', 1, { queue: 'high' });

    time.now += 30_001;
    const late = await read();
    metrics.gauge('queuePaused', 0, { queue: 'low' });
    const again = await read();

    expect(late['millrace_queue_paused{queue="low"}']).toBeUndefined();
    expect(late['millrace_queue_paused{queue="high"}']).toBe(1);
    expect(late.millrace_batches_led).toBe(1);
    expect(again['millrace_queue_paused{queue="low"}']).toBe(0);
  });

  it('samplers are called before each read until they are removed', async () => {
    const { metrics, read } = setUp();
    let calls = 0;
    const remove = metrics.beforeRead(() => {
      calls += 1;
      metrics.gauge('executionsRunning', calls);
    });

    const first = await read();
    const second = await read();
    remove();
    await read();

    expect(first.millrace_executions_running).toBe(1);
    expect(second.millrace_executions_running).toBe(2);
    expect(calls).toBe(2);
  });
});
