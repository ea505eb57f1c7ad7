/** The heartbeater: its paces, control updates, extensions, and the loss of its lease. */
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../../lib/ports/broker.ts';
import { Heartbeater, HeldDeliveries } from '../../../lib/roles/delivery/heartbeater.ts';
import { createDelivery } from '../../support/delivery.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { unavailable } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { startStopStress } from '../../support/start-stop-stress.ts';

function setUp({ extend }: Partial<Pick<Broker, 'extend'>> = {}) {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const seen = {
    heartbeats: [] as string[],
    extended: [] as string[][],
    aborted: [] as string[],
    lost: 0,
    held: [] as string[],
    abandoned: [] as string[],
    failing: false,
    brokerFailing: false,
    toAbort: [] as string[],
    signalled: [] as string[],
    signalsTaken: [] as string[],
    stale: [] as string[],
    running: 0,
    metadata: [] as (string | undefined)[],
  };
  const deliveries = new HeldDeliveries({
    clock,
    logger,
    leaseMs: 9_000,
    broker: {
      extend: async (held, visibilityMs) => {
        if (extend !== undefined) return extend(held, visibilityMs);
        if (seen.brokerFailing) throw new Error('gone');
        seen.extended.push(held.map(({ receipt }) => receipt));
        return seen.stale;
      },
    },
  });
  const heartbeater = new Heartbeater({
    clock,
    logger,
    deliveries,
    random: () => 0,
    leaseMs: 9_000,
    entropy: { uuid: () => `worker-${seen.lost}` },
    about: () => `{"heartbeats":${seen.heartbeats.length}}`,
    store: {
      heartbeat: async (workerId, _leaseMs, about) => {
        if (seen.failing) throw unavailable();
        seen.heartbeats.push(workerId);
        seen.metadata.push(about);
        return { abortRequested: seen.toAbort, signalled: seen.signalled };
      },
      listHeld: async () => {
        if (seen.failing) throw unavailable();
        return seen.held;
      },
    },
    executor: {
      get runningCount() {
        return seen.running;
      },
      runningIds: () => ['e1', 'e2'],
      abandonLost: (ids) => void seen.abandoned.push(...ids),
      abort: (ids) => seen.aborted.push(...ids),
      takeSignals: async (ids) => void seen.signalsTaken.push(...ids),
      abandon: () => {
        seen.lost += 1;
      },
    },
  });
  return { clock, logger, seen, deliveries, heartbeater };
}

describe('a heartbeater', () => {
  it('a heartbeater sends three heartbeats in a lease, and extends its deliveries each time', async () => {
    const { clock, seen, heartbeater, deliveries } = setUp();
    deliveries.add(createDelivery('a'));
    deliveries.add(createDelivery('b'));
    deliveries.delete(createDelivery('b'));

    heartbeater.start();
    await until(() => seen.extended.length === 1, 'the first heartbeat');
    await clock.advance(9_000);
    await heartbeater.stop();

    expect(seen.heartbeats).toHaveLength(4);
    expect(seen.extended).toEqual([['a'], ['a'], ['a'], ['a']]);
    expect(seen.lost).toBe(0);
  });

  it('a busy heartbeater sends a heartbeat every two seconds, and extends no more often', async () => {
    const { clock, seen, heartbeater, deliveries } = setUp();
    deliveries.add(createDelivery('a'));
    seen.running = 1;

    heartbeater.start();
    await until(() => seen.extended.length === 1, 'the first heartbeat');
    await clock.advance(18_000);
    await heartbeater.stop();

    expect(seen.heartbeats).toHaveLength(10);
    expect(seen.extended).toHaveLength(5);
  });

  it('a heartbeat is sent as soon as a run starts, but not for each of many short runs', async () => {
    const { clock, seen, heartbeater } = setUp();
    heartbeater.start();
    await until(() => seen.heartbeats.length === 1, 'the first heartbeat');

    for (let tenths = 0; tenths < 19; tenths += 1) {
      heartbeater.pollFast();
      await clock.advance(100);
    }
    await heartbeater.stop();

    expect(seen.heartbeats).toHaveLength(2);
  });

  it('a heartbeater is idle again when its runs have ended', async () => {
    const { clock, seen, heartbeater } = setUp();
    heartbeater.start();
    await until(() => seen.heartbeats.length === 1, 'the first heartbeat');
    heartbeater.pollFast();
    await until(() => seen.heartbeats.length === 2, 'the heartbeat after the start');
    await clock.advance(2_000);
    expect(seen.heartbeats).toHaveLength(3);

    await clock.advance(2_999);
    expect(seen.heartbeats).toHaveLength(3);
    await clock.advance(1);
    await heartbeater.stop();

    expect(seen.heartbeats).toHaveLength(4);
  });

  it('each heartbeat carries the metadata of the worker', async () => {
    const { seen, heartbeater } = setUp();

    await heartbeater.tick();
    await heartbeater.tick();

    expect(seen.metadata).toEqual(['{"heartbeats":0}', '{"heartbeats":1}']);
  });

  it('a heartbeater passes abort requests to the executor', async () => {
    const { seen, heartbeater } = setUp();
    seen.toAbort = ['e1', 'e2'];

    await heartbeater.tick();

    expect(seen.aborted).toEqual(['e1', 'e2']);
    expect(seen.signalsTaken).toEqual([]);
  });

  it('a heartbeater passes signals to the executor', async () => {
    const { seen, heartbeater } = setUp();
    seen.signalled = ['e3'];

    await heartbeater.tick();

    expect(seen.signalsTaken).toEqual(['e3']);
  });

  it('a heartbeater keeps its lease when two heartbeats fail', async () => {
    const { clock, seen, heartbeater, logger } = setUp();
    heartbeater.start();
    await until(() => seen.heartbeats.length === 1, 'the first heartbeat');

    // The heartbeats at 3,000 ms and, retried, at 3,250 ms.
    seen.failing = true;
    await clock.advance(3_300);
    seen.failing = false;
    await clock.advance(5_700);
    await heartbeater.stop();

    expect(logger.entries).toHaveLength(2);
    expect(seen.lost).toBe(0);
    expect(seen.heartbeats.length).toBeGreaterThan(1);
  });

  it('a lease that lapsed is renewed: only what other workers have claimed meanwhile is abandoned', async () => {
    const { clock, seen, heartbeater, deliveries, logger } = setUp();
    deliveries.add(createDelivery('a'));
    seen.held = ['e2'];
    heartbeater.start();
    await until(() => seen.extended.length === 1, 'the first heartbeat');

    seen.failing = true;
    await clock.advance(12_000);
    expect(seen.abandoned).toEqual([]);
    seen.failing = false;
    await clock.advance(4_000);
    await heartbeater.stop();

    expect(seen.abandoned).toEqual(['e1']);
    expect(seen.lost).toBe(0);
    expect(seen.heartbeats.at(-1)).toBe('worker-0');
    expect(seen.extended.length).toBeGreaterThan(1);
    expect(logger.entries).toContainEqual(
      expect.objectContaining({
        message: 'lease lapsed: executions that other workers have claimed are abandoned',
        fields: { workerId: 'worker-0', abandoned: 1, kept: 1 },
      }),
    );
  });

  it('a clock that steps back or forward by an hour changes neither heartbeats nor the lease', async () => {
    const { clock, seen, heartbeater } = setUp();
    seen.running = 1;
    heartbeater.start();
    await until(() => seen.heartbeats.length === 1, 'the first heartbeat');

    clock.step(-3_600_000);
    await clock.advance(10_000);
    expect(seen.heartbeats).toHaveLength(6);
    clock.step(7_200_000);
    await clock.advance(10_000);
    await heartbeater.stop();

    expect(seen.heartbeats).toHaveLength(11);
    expect(seen.abandoned).toEqual([]);
  });

  it('a delivery with a stale receipt is not extended again, and a failing broker is retried', async () => {
    const { clock, seen, heartbeater, deliveries, logger } = setUp();
    deliveries.add(createDelivery('a'));
    deliveries.add(createDelivery('b'));
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
      { message: 'deliveries extended again' },
    ]);
  });

  it('a slow extension does not delay heartbeats, and a stop waits for it', async () => {
    const answered = Promise.withResolvers<string[]>();
    const { clock, seen, heartbeater, deliveries } = setUp({ extend: () => answered.promise });
    deliveries.add(createDelivery('a'));
    heartbeater.start();
    await until(() => seen.heartbeats.length === 1, 'the first heartbeat');

    await clock.advance(30_000);
    let stopped = false;
    const stopping = heartbeater.stop().then(() => {
      stopped = true;
    });
    await settle();

    expect(seen.heartbeats).toHaveLength(11);
    expect(seen.lost).toBe(0);
    expect(stopped).toBe(false);
    answered.resolve([]);
    await stopping;
  });

  it('a heartbeater can be started and stopped in any order, and a stop is not a lost lease', async () => {
    const { clock, seen, heartbeater } = setUp();

    await startStopStress(heartbeater, () => seen.heartbeats.length);
    await clock.advance(60_000);
    heartbeater.start();
    await settle();
    await heartbeater.stop();

    expect(seen.lost).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
