/** The lease of a polling worker: what it extends and settles, and how it is given up. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import { PollingLease } from '../../../lib/roles/delivery/polling-lease.ts';
import { createDelivery } from '../../support/delivery.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { unavailable } from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const leaseMs = 9_000;

function setUp() {
  const clock = new SimulatedClock();
  const seen = {
    calls: [] as string[],
    heartbeats: [] as string[],
    abandoned: 0,
    storeFailing: false,
    /** Resolves the extensions of the broker. */
    extension: Promise.resolve(),
  };
  const log = (call: string, deliveries: readonly Delivery[]) =>
    void seen.calls.push(`${call} ${deliveries.map(({ id }) => id).join()}`);
  const lease = new PollingLease({
    clock,
    logger: new QuietLogger(),
    random: () => 0,
    leaseMs,
    entropy: { uuid: () => `worker-${seen.abandoned}` },
    store: {
      heartbeat: async (workerId) => {
        if (seen.storeFailing) throw unavailable();
        seen.heartbeats.push(workerId);
        return { abortRequested: [], signalled: [] };
      },
      listHeld: async () => [],
      endLease: async (workerId) => void seen.calls.push(`end lease of ${workerId}`),
    },
    broker: {
      extend: async (deliveries) => {
        log('extend', deliveries);
        await seen.extension;
        return [];
      },
      acknowledge: async (deliveries) => {
        log('acknowledge', deliveries);
        return [];
      },
      release: async (deliveries, delayMs) => {
        log(`release in ${delayMs}`, deliveries);
        return [];
      },
      deadLetter: async () => [],
    },
    executor: {
      runningCount: 0,
      runningIds: () => [],
      abandonLost: () => {},
      abort: () => {},
      takeSignals: async () => {},
      abandon: () => {
        seen.abandoned += 1;
      },
    },
  });
  return { clock, seen, lease };
}

describe('a polling lease', () => {
  it('a held delivery is extended until it is settled', async () => {
    const { clock, seen, lease } = setUp();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => createDelivery(id));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three deliveries');
    for (const delivery of [a, b, c]) lease.hold(delivery);
    lease.start();
    await until(() => seen.calls.length === 1, 'the first extension');

    lease.acknowledge(a);
    lease.release(b, 1_000);
    await settle();
    await clock.advance(leaseMs / 3);
    await lease.stop();

    expect(seen.calls).toEqual([
      'extend a,b,c',
      'acknowledge a',
      'release in 1000 b',
      'extend c',
      'end lease of worker-0',
    ]);
  });

  it('a release waits for the extension in progress, which would undo its delay', async () => {
    const { seen, lease } = setUp();
    const { promise, resolve } = Promise.withResolvers<void>();
    seen.extension = promise;
    const delivery = createDelivery('a');
    lease.hold(delivery);
    lease.start();
    await until(() => seen.calls.length === 1, 'the extension');

    lease.release(delivery, 1_000);
    await settle();
    expect(seen.calls).toEqual(['extend a']);
    resolve();
    await lease.stop();

    expect(seen.calls).toEqual(['extend a', 'release in 1000 a', 'end lease of worker-0']);
  });

  it('an abandoned lease aborts its executions, and the worker continues under a new id', () => {
    const { seen, lease } = setUp();

    lease.abandon();

    expect(seen.abandoned).toBe(1);
    expect(lease.workerId).toBe('worker-1');
  });

  it('a lease that lapsed keeps its worker id and its deliveries, and each is settled once', async () => {
    const { clock, seen, lease } = setUp();
    const delivery = createDelivery('a');
    lease.hold(delivery);
    lease.start();
    await until(() => seen.calls.length === 1, 'the first extension');
    seen.storeFailing = true;
    await clock.advance(12_000);
    seen.storeFailing = false;
    await clock.advance(4_000);
    expect(seen.abandoned).toBe(0);
    expect(seen.heartbeats.at(-1)).toBe('worker-0');

    lease.acknowledge(delivery);
    await lease.stop();

    expect(new Set(seen.calls.slice(0, -2))).toEqual(new Set(['extend a']));
    expect(seen.calls.slice(-2)).toEqual(['acknowledge a', 'end lease of worker-0']);
  });
});
