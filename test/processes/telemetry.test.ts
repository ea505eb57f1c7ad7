/** Metrics and traces of a leader and a worker in separate processes. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { root } from '../docs/markdown.ts';
import { receiveSpans, toTrees } from '../support/otlp-receiver.ts';
import { noPrometheus, startPrometheus } from '../support/prometheus-server.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { createSumsFleet } from './sums-fleet.ts';

const token = 'a-token-of-at-least-32-characters';
const items = 300;

describe.skipIf(!hasPostgres || noRedis !== null).concurrent('telemetry of processes', () => {
  it.skipIf(noPrometheus !== null)(
    'Prometheus scrapes a leader and a worker, and evaluates every alert rule',
    { timeout: 240_000 },
    async (context) => {
      const { fleet } = await createSumsFleet(context, { ITEMS: String(items) });
      const ports = [await freePort(), await freePort()];
      const [leader, worker] = ports.map((port) => `127.0.0.1:${port}`);
      const scraped = (port = 0) => ({
        METRICS_PORT: String(port),
        METRICS_HOST: '0.0.0.0',
        METRICS_TOKEN: token,
      });
      const [prometheus] = await Promise.all([
        startPrometheus({
          targets: [leader ?? '', worker ?? ''],
          token,
          rules: join(root, 'monitoring/alerts.yml'),
        }),
        fleet.start('leader', scraped(ports[0])),
        fleet.start('worker', scraped(ports[1])),
      ]);
      context.onTestFinished(() => prometheus.stop());
      const batchId = await fleet.startBatch('sums');
      await fleet.waitForEnd(batchId);

      const on = (instance = '') => `instance="${instance}"`;
      await prometheus.waitForValue('sum(up{job="millrace"})', 2);
      await prometheus.waitForValue(
        `sum(millrace_executions_ended_total{${on(worker)},machine="sums"})`,
        items,
      );
      await prometheus.waitForValue(
        `millrace_executions_failed_total{${on(worker)},error="BadNumber"}`,
        3,
      );
      await prometheus.waitForValue(
        `sum(millrace_executions_fanned_out_total{${on(leader)}})`,
        items,
      );
      await prometheus.waitForValue('sum(millrace_batches_ended_total{status="SUCCEEDED"})', 1);
      await prometheus.waitForValue('millrace_workers{role="worker",state="alive"}', 1);
      await prometheus.waitForValue('millrace_queue_depth{queue="default",state="ready"}', 0);
      await prometheus.waitForValue(`millrace_store_connections_max{${on(worker)}}`, 10);
      await prometheus.waitForValue(`millrace_executions_running{${on(worker)}}`, 0);
      const { groups } = await prometheus.read<Rules>('rules');
      const rules = groups.flatMap((group) => group.rules);
      expect(rules.length).toBeGreaterThan(20);
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
      expect(await fleet.stop()).toMatchObject([{ status: 0 }, { status: 0 }]);
    },
  );

  it('a batch is one trace over the processes that start, lead and run it', {
    timeout: 120_000,
  }, async (context) => {
    const receiver = await receiveSpans();
    const { fleet } = await createSumsFleet(context, {
      ITEMS: '20',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: 'sums',
    });
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);
    const batchId = await fleet.startBatch('sums');
    await fleet.waitForEnd(batchId);
    await fleet.stop();

    const trees = toTrees(receiver.spans.filter(({ name }) => name !== 'redrive'));
    expect(trees.map(({ span }) => span.name)).toEqual(['start batch sums']);
    const runs = receiver.spans.filter(({ name }) => name === 'execution sums');
    const ids = runs.map(({ attributes }) => attributes['millrace.batch.index']);
    expect(new Set(ids).size).toBe(20);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(receiver.spans.map(({ service }) => service))).toEqual(new Set(['sums']));
  });
});

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly health: string }[] }[];
}
