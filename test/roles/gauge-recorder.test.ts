/** What a leader process records about queues and workers. */
import { describe, expect, it } from 'vitest';
import { GaugeRecorder } from '../../lib/roles/gauge-recorder.ts';
import { RoleHarness } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

function setUp() {
  const harness = new RoleHarness();
  return { harness, recorder: new GaugeRecorder({ ...harness, queues: ['high', 'low'] }) };
}

const everything = {
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  stepMs: Number.MAX_SAFE_INTEGER,
  withTook: false,
} as const;

describe('a gauge recorder', () => {
  it('the recorder records depths, waits and the workers that are alive', async () => {
    const { harness, recorder } = setUp();
    const { store, clock } = harness;
    const ids = [await harness.submit({}, { queue: 'low' }), await harness.submit()];
    await store.claim('worker-1', 60_000, ids.slice(1));
    await store.heartbeat('worker-1', 60_000, '{"role":"worker"}');
    await store.heartbeat('worker-2', 1_000, '{"role":"worker"}');
    await store.heartbeat('leader-1', 60_000, '{"role":"leader"}');
    await clock.advance(3_000);

    const pauseMs = await recorder.tick();

    expect(pauseMs).toBe(10_000);
    expect(await store.readSeries({ ...everything, kind: 'total', key: '' })).toMatchObject([
      { depth: 1, oldestMs: 3_000, workers: 1, busy: 1, ended: 0 },
    ]);
    expect(await store.readSeries({ ...everything, kind: 'queue', key: null })).toMatchObject([
      { key: 'high', depth: 0, oldestMs: 0 },
      { key: 'low', depth: 1, oldestMs: 3_000 },
    ]);
  });

  it('the recorder stops cleanly however it is started and stopped', async () => {
    let records = 0;
    const harness = new RoleHarness({
      store: (real) => ({
        ...real,
        recordGauges: async () => {
          records += 1;
        },
      }),
    });

    await startStopStress(new GaugeRecorder({ ...harness, queues: ['low'] }), () => records);

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
