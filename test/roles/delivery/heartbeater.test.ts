/** The heartbeater: what it renews, what it learns, and when it takes its lease for lost. */
import { describe, expect, it } from 'vitest';
import type { Broker, Delivery } from '../../../lib/ports/broker.ts';
import { Heartbeater } from '../../../lib/roles/delivery/heartbeater.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { unavailable } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { startStopStress } from '../../support/start-stop-stress.ts';

function setUp({ extend }: Partial<Pick<Broker, 'extend'>> = {}) {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const seen = {
    beats: [] as string[],
    extended: [] as string[][],
    aborted: [] as string[],
    lost: 0,
    failing: false,
    brokerFailing: false,
    toAbort: [] as string[],
    signalled: [] as string[],
    told: [] as string[],
    stale: [] as string[],
    busy: false,
    abouts: [] as (string | undefined)[],
  };
  const heartbeater = new Heartbeater({
    clock,
    logger,
    random: () => 0,
    leaseMs: 9_000,
    workerId: () => `worker-${seen.lost}`,
    about: () => `{"beats":${seen.beats.length}}`,
    isBusy: () => seen.busy,
    store: {
      heartbeat: async (workerId, _leaseMs, about) => {
        if (seen.failing) throw unavailable();
        seen.beats.push(workerId);
        seen.abouts.push(about);
        return { abortRequested: seen.toAbort, signalled: seen.signalled };
      },
    },
    broker: {
      extend: async (deliveries, visibilityMs) => {
        if (extend !== undefined) return extend(deliveries, visibilityMs);
        if (seen.brokerFailing) throw new Error('gone');
        seen.extended.push(deliveries.map(({ receipt }) => receipt));
        return seen.stale;
      },
    },
    onAbortRequested: (ids) => seen.aborted.push(...ids),
    onSignalled: (ids) => seen.told.push(...ids),
    onLeaseLost: () => {
      seen.lost += 1;
    },
  });
  return { clock, logger, seen, heartbeater };
}

const delivery = (receipt: string): Delivery => ({
  queue: 'default',
  id: receipt,
  body: '{}',
  groupId: null,
  receipt,
  deliveries: 1,
  sentAt: 0,
});

describe('a heartbeater', () => {
  it('beats three times in a lease, and hides each time what is held', async () => {
    const { clock, seen, heartbeater } = setUp();
    heartbeater.hold(delivery('a'));
    heartbeater.hold(delivery('b'));
    heartbeater.release(delivery('b'));

    heartbeater.start();
    await until(() => seen.extended.length === 1, 'the first beat');
    await clock.advance(9_000);
    await heartbeater.stop();

    expect(seen.beats).toHaveLength(4);
    expect(seen.extended).toEqual([['a'], ['a'], ['a'], ['a']]);
    expect(seen.lost).toBe(0);
  });

  it('looks for news every two seconds while it is busy, and extends no oftener for that', async () => {
    const { clock, seen, heartbeater } = setUp();
    heartbeater.hold(delivery('a'));
    seen.busy = true;

    heartbeater.start();
    await until(() => seen.extended.length === 1, 'the first beat');
    await clock.advance(18_000);
    await heartbeater.stop();

    expect(seen.beats).toHaveLength(10);
    expect(seen.extended).toHaveLength(5);
  });

  it('beats as soon as work begins, but not once for each of many short tasks', async () => {
    const { clock, seen, heartbeater } = setUp();
    heartbeater.start();
    await until(() => seen.beats.length === 1, 'the first beat');

    for (let tenths = 0; tenths < 19; tenths += 1) {
      heartbeater.quicken();
      await clock.advance(100);
    }
    await heartbeater.stop();

    expect(seen.beats).toHaveLength(2);
  });

  it('is idle again when its work is done', async () => {
    const { clock, seen, heartbeater } = setUp();
    heartbeater.start();
    await until(() => seen.beats.length === 1, 'the first beat');
    heartbeater.quicken();
    await until(() => seen.beats.length === 2, 'the beat at its begin');
    await clock.advance(2_000);
    expect(seen.beats).toHaveLength(3);

    await clock.advance(2_999);
    expect(seen.beats).toHaveLength(3);
    await clock.advance(1);
    await heartbeater.stop();

    expect(seen.beats).toHaveLength(4);
  });

  it('says with each beat what the worker is', async () => {
    const { seen, heartbeater } = setUp();

    await heartbeater.tick();
    await heartbeater.tick();

    expect(seen.abouts).toEqual(['{"beats":0}', '{"beats":1}']);
  });

  it('passes on who was asked to abort', async () => {
    const { seen, heartbeater } = setUp();
    seen.toAbort = ['e1', 'e2'];

    await heartbeater.tick();

    expect(seen.aborted).toEqual(['e1', 'e2']);
    expect(seen.told).toEqual([]);
  });

  it('passes on who has signals', async () => {
    const { seen, heartbeater } = setUp();
    seen.signalled = ['e3'];

    await heartbeater.tick();

    expect(seen.told).toEqual(['e3']);
  });

  it('lets two beats fail and keeps its lease', async () => {
    const { clock, seen, heartbeater, logger } = setUp();
    heartbeater.start();
    await until(() => seen.beats.length === 1, 'the first beat');

    // Its beats at 3,000 and, tried again, at 3,250 ms.
    seen.failing = true;
    await clock.advance(3_300);
    seen.failing = false;
    await clock.advance(5_700);
    await heartbeater.stop();

    expect(logger.entries).toHaveLength(2);
    expect(seen.lost).toBe(0);
    expect(seen.beats.length).toBeGreaterThan(1);
  });

  it('takes its lease for lost once no beat came through for the whole of it, and beats on', async () => {
    const { clock, seen, heartbeater, logger } = setUp();
    heartbeater.hold(delivery('a'));
    heartbeater.start();
    await until(() => seen.extended.length === 1, 'the first beat');

    seen.failing = true;
    await clock.advance(12_000);
    expect(seen.lost).toBe(1);
    seen.failing = false;
    await clock.advance(4_000);
    await heartbeater.stop();

    expect(seen.beats.at(-1)).toBe('worker-1');
    expect(seen.extended).toEqual([['a']]);
    expect(logger.entries.map(({ message }) => message)).toContain(
      'the lease ran out; what was held is left to other workers',
    );
  });

  it('forgets a delivery whose receipt is void, and bears a broker that does not answer', async () => {
    const { clock, seen, heartbeater, logger } = setUp();
    heartbeater.hold(delivery('a'));
    heartbeater.hold(delivery('b'));
    seen.stale = ['a'];
    await heartbeater.tick();
    seen.brokerFailing = true;
    await clock.advance(3_000);
    await heartbeater.tick();
    seen.brokerFailing = false;
    await clock.advance(3_000);
    await heartbeater.tick();

    expect(seen.extended).toEqual([['a', 'b'], ['b']]);
    expect(logger.entries).toMatchObject([
      { level: 'warn', fields: { deliveries: 1 } },
      { message: 'deliveries are extended again' },
    ]);
  });

  it('beats on while the broker takes its time to extend, and ends only after it', async () => {
    const answered = Promise.withResolvers<string[]>();
    const { clock, seen, heartbeater } = setUp({ extend: () => answered.promise });
    heartbeater.hold(delivery('a'));
    heartbeater.start();
    await until(() => seen.beats.length === 1, 'the first beat');

    await clock.advance(30_000);
    let stopped = false;
    const stopping = heartbeater.stop().then(() => {
      stopped = true;
    });
    await settle();

    expect(seen.beats).toHaveLength(11);
    expect(seen.lost).toBe(0);
    expect(stopped).toBe(false);
    answered.resolve([]);
    await stopping;
  });

  it('starts and stops in any order and does not take a pause for a lost lease', async () => {
    const { clock, seen, heartbeater } = setUp();

    await startStopStress(heartbeater, () => seen.beats.length);
    await clock.advance(60_000);
    heartbeater.start();
    await settle();
    await heartbeater.stop();

    expect(seen.lost).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
