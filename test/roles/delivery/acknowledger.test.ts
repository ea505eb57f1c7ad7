/** How deliveries are settled with the broker: in how many calls, and when a call fails. */
import { describe, expect, it } from 'vitest';
import { Acknowledger } from '../../../lib/roles/delivery/acknowledger.ts';
import { emptyQueue, RoleHarness } from '../../support/role-harness.ts';

async function setUp(count: number) {
  const harness = new RoleHarness();
  for (let sent = 0; sent < count; sent += 1) await harness.submit();
  const deliveries = await harness.broker.receive({
    queues: ['default'],
    max: count,
    visibilityMs: 60_000,
    waitMs: 0,
  });
  return { harness, deliveries, acknowledger: new Acknowledger(harness.broker, harness) };
}

describe('an acknowledger', () => {
  it('equal settlements share one call, and idle resolves when all are sent', async () => {
    const { harness, deliveries, acknowledger } = await setUp(40);
    const calls: string[] = [];
    const { acknowledge, release } = harness.broker;
    Object.assign(harness.broker, {
      acknowledge: (list: typeof deliveries) => {
        calls.push(`acknowledge ${list.length}`);
        return acknowledge.call(harness.broker, list);
      },
      release: (list: typeof deliveries, delayMs: number) => {
        calls.push(`release ${list.length} in ${delayMs}`);
        return release.call(harness.broker, list, delayMs);
      },
    });

    deliveries.forEach((delivery, index) => {
      if (index % 4 === 0) acknowledger.release(delivery, index % 8 === 0 ? 0 : 1_499.2);
      else acknowledger.acknowledge(delivery);
    });
    await acknowledger.idle();

    expect(calls.sort()).toEqual(['acknowledge 30', 'release 5 in 0', 'release 5 in 1500']);
    expect(await harness.depth()).toEqual({ ready: 5, delayed: 5, inFlight: 0 });
  });

  it('a settlement that the broker does not receive leads to another delivery, and the others are sent', async () => {
    const { harness, deliveries, acknowledger } = await setUp(2);
    Object.assign(harness.broker, {
      release: async () => {
        throw new Error('gone');
      },
    });
    const [first, second] = deliveries;
    if (first === undefined || second === undefined) throw new Error('two deliveries');

    acknowledger.release(first, 0);
    acknowledger.acknowledge(second);
    await acknowledger.idle();

    expect(harness.logger.entries[0]).toMatchObject({ level: 'warn', fields: { deliveries: 1 } });
    expect(await harness.depth()).toEqual({ ...emptyQueue, inFlight: 1 });
    await harness.clock.advance(60_000);
    expect(await harness.depth()).toEqual({ ...emptyQueue, ready: 1 });
  });
});
