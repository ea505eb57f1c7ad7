/** The figures that a heartbeat reports. */
import { expect, it } from 'vitest';
import { WorkerPulse } from '../../lib/roles/worker-pulse.ts';
import { CountingMetrics } from '../support/counting-metrics.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

function setUp() {
  const clock = new SimulatedClock();
  const counted = new CountingMetrics();
  const pulse = new WorkerPulse(clock);
  return { clock, counted, pulse, metrics: pulse.watch(counted) };
}

it('a pulse counts the ends of the last minute', async () => {
  const { clock, pulse, metrics } = setUp();
  metrics.count('ended', 1, { status: 'FAILED' });
  await clock.advance(40_000);
  metrics.count('ended', 5);
  metrics.count('ended');

  expect(pulse.read().endedPerMinute).toBe(7);
  await clock.advance(30_000);
  expect(pulse.read().endedPerMinute).toBe(6);
  await clock.advance(60_000);
  expect(pulse.read().endedPerMinute).toBe(0);
});

it('a pulse has the median of the last hundred commits, in milliseconds', () => {
  const { pulse, metrics } = setUp();
  expect(pulse.read().commitMs).toBeNull();

  metrics.observe('commitDuration', 0.01);
  metrics.observe('commitDuration', 0.5);
  metrics.observe('commitDuration', 0.0123);
  expect(pulse.read().commitMs).toBe(12.3);
  for (let count = 0; count < 250; count += 1) metrics.observe('commitDuration', 0.002);
  expect(pulse.read().commitMs).toBe(2);
});

it('a pulse counts the executions that were taken over from lost workers', () => {
  const { pulse, metrics } = setUp();
  expect(pulse.read().takenOver).toBe(0);

  metrics.count('stalled', 2, { queue: 'low' });
  metrics.count('stalled');

  expect(pulse.read().takenOver).toBe(3);
});

it('a pulse passes every measurement on', () => {
  const { counted, metrics } = setUp();

  metrics.count('ended', 2);
  metrics.count('retried');
  metrics.gauge('batchesLed', 1);
  metrics.observe('commitDuration', 0.25);
  metrics.observe('commitGroup', 7);

  expect(Object.fromEntries(counted.counts)).toEqual({ ended: 2, retried: 1 });
  expect(Object.fromEntries(counted.observed)).toEqual({
    commitDuration: [0.25],
    commitGroup: [7],
  });
});
