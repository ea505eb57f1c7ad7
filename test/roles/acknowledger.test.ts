/** What the broker is told about deliveries, in how many calls, and when it does not listen. */
import { describe, expect, it } from 'vitest';
import { Acknowledger } from '../../lib/roles/acknowledger.ts';
import { emptyQueue, RoleWorld } from '../support/role-world.ts';

async function setUp(count: number) {
  const world = new RoleWorld();
  for (let sent = 0; sent < count; sent += 1) await world.submit();
  const deliveries = await world.broker.receive({
    queues: ['default'],
    max: count,
    visibilityMs: 60_000,
    waitMs: 0,
  });
  return { world, deliveries, acknowledger: new Acknowledger(world.broker, world.logger) };
}

describe('an acknowledger', () => {
  it('tells all that is alike in one call, and is idle when all is told', async () => {
    const { world, deliveries, acknowledger } = await setUp(40);
    const calls: string[] = [];
    const { acknowledge, release } = world.broker;
    Object.assign(world.broker, {
      acknowledge: (list: typeof deliveries) => {
        calls.push(`acknowledge ${list.length}`);
        return acknowledge.call(world.broker, list);
      },
      release: (list: typeof deliveries, delayMs: number) => {
        calls.push(`release ${list.length} in ${delayMs}`);
        return release.call(world.broker, list, delayMs);
      },
    });

    deliveries.forEach((delivery, index) => {
      if (index % 4 === 0) acknowledger.release(delivery, index % 8 === 0 ? 0 : 1_499.2);
      else acknowledger.acknowledge(delivery);
    });
    await acknowledger.idle();

    expect(calls.sort()).toEqual(['acknowledge 30', 'release 5 in 0', 'release 5 in 1500']);
    expect(await world.depth()).toEqual({ ready: 5, delayed: 5, inFlight: 0 });
  });

  it('bears a broker that does not listen: the delivery comes again, and the rest is told', async () => {
    const { world, deliveries, acknowledger } = await setUp(2);
    Object.assign(world.broker, {
      release: async () => {
        throw new Error('gone');
      },
    });
    const [first, second] = deliveries;
    if (first === undefined || second === undefined) throw new Error('two deliveries');

    acknowledger.release(first, 0);
    acknowledger.acknowledge(second);
    await acknowledger.idle();

    expect(world.logger.entries).toMatchObject([{ level: 'warn', fields: { deliveries: 1 } }]);
    expect(await world.depth()).toEqual({ ...emptyQueue, inFlight: 1 });
    await world.clock.advance(60_000);
    expect(await world.depth()).toEqual({ ...emptyQueue, ready: 1 });
  });
});
