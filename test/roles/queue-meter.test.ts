/** The queue meter: what a leader process measures for its metrics and records for series. */
import { describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../lib/drivers/prometheus/prometheus-metrics.ts';
import { QueueMeter, type QueueMeterOptions } from '../../lib/roles/queue-meter.ts';
import { readSamples } from '../support/prometheus-text.ts';
import { RoleHarness, unavailable } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

function setUp(broker?: Partial<RoleHarness['broker']>) {
  const harness = new RoleHarness({
    ...(broker && { broker: (real) => Object.assign(real, broker) }),
  });
  const metrics = new PrometheusMetrics({ now: () => harness.clock.now() });
  const queues = ['default', 'low'];
  const create = (options: Pick<QueueMeterOptions, 'reports' | 'records' | 'limits'>) =>
    new QueueMeter({ ...harness, metrics, queues, ...options });
  const meter = create({ reports: 'all', records: true });
  const read = async () => readSamples(await metrics.read());
  return { harness, metrics, meter, create, read };
}

const everything = {
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  stepMs: Number.MAX_SAFE_INTEGER,
  withTook: false,
} as const;

describe('QueueMeter', () => {
  it('a tick measures the limits of the configuration, over all keys', async () => {
    const { harness, create, read } = setUp();
    const terms = { rule: 'concurrency per $.a', concurrency: 1, intervalMs: null, burst: 1 };
    const holder = {
      scope: 'machine:m',
      command: '',
      fence: 1,
      fairKey: '',
      nextScopes: [],
      parks: false,
      commitFollows: false,
    };
    await harness.store.acquirePermits(
      ['1', '2', '3'].map((executionId, index) => {
        return { ...holder, executionId, needs: [{ ...terms, key: String(index % 2) }] };
      }),
    );
    await harness.clock.advance(4_000);
    const limits = [{ ...terms, scope: 'machine:m' }];

    await create({ reports: 'all', records: false, limits }).tick();

    expect(await read()).toMatchObject({
      'millrace_limit_in_use{limit="machine:m concurrency per $.a"}': 2,
      'millrace_limit_waiting{limit="machine:m concurrency per $.a"}': 1,
      'millrace_limit_oldest_seconds{limit="machine:m concurrency per $.a"}': 4,
    });
  });

  it('a tick measures messages, waits, pauses, open batches and processes', async () => {
    const { harness, meter, read } = setUp();
    await harness.register({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    await harness.submit();
    await harness.submit();
    await harness.broker.pause('low');
    const batch = { machineId: 'machine', machineVersion: 1, source: '{}', options: '{}' };
    for (const id of ['a', 'b', 'c']) await harness.store.createBatch({ ...batch, id, name: id });
    await harness.store.transitionBatch({
      batchId: 'a',
      from: ['RUNNING'],
      to: 'PAUSED',
      reason: null,
    });
    await harness.store.heartbeat('w1', 30_000, '{"role":"worker"}');
    await harness.store.heartbeat('w2', 1_000, '{"role":"worker"}');
    await harness.store.heartbeat('l1', 30_000, '{"role":"leader"}');
    await harness.clock.advance(5_000);

    const pauseMs = await meter.tick();

    expect(pauseMs).toBe(10_000);
    expect(await read()).toMatchObject({
      'millrace_queue_depth{queue="default",state="ready"}': 2,
      'millrace_queue_depth{queue="default",state="dead"}': 0,
      'millrace_queue_depth{queue="low",state="in_flight"}': 0,
      'millrace_queue_oldest_seconds{queue="default"}': 5,
      'millrace_queue_oldest_seconds{queue="low"}': 0,
      'millrace_queue_paused{queue="default"}': 0,
      'millrace_queue_paused{queue="low"}': 1,
      'millrace_batches{status="RUNNING"}': 2,
      'millrace_batches{status="PAUSED"}': 1,
      'millrace_workers{role="worker",state="alive"}': 1,
      'millrace_workers{role="worker",state="lost"}': 1,
      'millrace_workers{role="leader",state="alive"}': 1,
      'millrace_workers{role="leader",state="lost"}': 0,
    });
  });

  it('a broker that does not answer hides no figure of the store, and its figures expire', async () => {
    let isReachable = true;
    const { harness, meter, read } = setUp();
    const real = harness.broker.stats.bind(harness.broker);
    Object.assign(harness.broker, {
      stats: (queues: readonly string[]) =>
        isReachable ? real(queues) : Promise.reject(unavailable()),
    });
    await meter.tick();
    isReachable = false;
    await harness.clock.advance(61_000);

    await expect(meter.tick()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    const samples = await read();
    expect(samples['millrace_queue_depth{queue="low",state="ready"}']).toBeUndefined();
    expect(samples['millrace_queue_oldest_seconds{queue="low"}']).toBe(0);
  });

  it('a tick records depths, waits and the workers that are alive', async () => {
    const { harness, create, read } = setUp();
    const { store, clock } = harness;
    await harness.register({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    const ids = [await harness.submit({}, { queue: 'low' }), await harness.submit()];
    await store.claim('worker-1', 60_000, ids.slice(1));
    await store.heartbeat('worker-1', 60_000, '{"role":"worker"}');
    await store.heartbeat('worker-2', 1_000, '{"role":"worker"}');
    await store.heartbeat('leader-1', 60_000, '{"role":"leader"}');
    await clock.advance(3_000);

    await create({ reports: 'none', records: true }).tick();

    expect(await store.readSeries({ ...everything, kind: 'total', key: '' })).toMatchObject([
      { depth: 2, oldestMs: 3_000, workers: 1, busy: 1, ended: 0 },
    ]);
    expect(await store.readSeries({ ...everything, kind: 'queue', key: null })).toMatchObject([
      { key: 'default', depth: 1 },
      { key: 'low', depth: 1, oldestMs: 3_000 },
    ]);
    const named = Object.keys(await read()).filter((name) => /queue|batches\{|workers/.test(name));
    expect(named).toEqual([]);
  });

  it('a tick reads the queues once for metrics and series', async () => {
    let reads = 0;
    const { harness, meter } = setUp();
    const real = harness.broker.stats.bind(harness.broker);
    Object.assign(harness.broker, {
      stats: (queues: readonly string[]) => {
        reads += 1;
        return real(queues);
      },
    });

    await meter.tick();

    expect(reads).toBe(1);
  });

  it('a meter of waits alone asks no broker and records nothing', async () => {
    const { harness, create, read } = setUp();
    Object.assign(harness.broker, { stats: () => Promise.reject(unavailable()) });

    await create({ reports: 'waits', records: false }).tick();

    const named = Object.keys(await read()).filter((name) => /queue|batches\{|workers/.test(name));
    expect(named).toEqual([
      'millrace_queue_oldest_seconds{queue="default"}',
      'millrace_queue_oldest_seconds{queue="low"}',
    ]);
    const { store } = harness;
    expect(await store.readSeries({ ...everything, kind: 'total', key: '' })).toEqual([]);
  });

  it('the loop of a role reports its rounds and its failures', async () => {
    const { harness, metrics, read } = setUp();
    let isReachable = true;
    const sweeper = harness.sweeper({
      metrics,
      store: Object.assign(Object.create(harness.store) as typeof harness.store, {
        workAhead: async () => ({ busy: true, nextDueMs: null }),
        wakeDue: async () => {
          if (!isReachable) throw unavailable();
          return [];
        },
      }),
    });
    sweeper.start();
    await harness.pass(async () => (await rounds()) > 1, 'two rounds of the sweeper');
    isReachable = false;
    await harness.pass(async () => (await failures()) > 0, 'a failed round of the sweeper');
    await harness.stop(sweeper);

    const last = (await read())['millrace_role_last_tick_timestamp_seconds{role="sweeper"}'] ?? 0;
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThanOrEqual(harness.clock.now() / 1_000);

    async function rounds() {
      return (await read())['millrace_role_ticks_total{role="sweeper"}'] ?? 0;
    }
    async function failures() {
      return (await read())['millrace_role_failures_total{role="sweeper"}'] ?? 0;
    }
  });

  it('a meter can be started and stopped at any time', async () => {
    const harness = new RoleHarness();
    const queues = ['default'];
    const meter = new QueueMeter({ ...harness, queues, reports: 'all', records: true });

    await startStopStress(meter, () => harness.metrics.counts.get('roleTicks') ?? 0);
  });
});
