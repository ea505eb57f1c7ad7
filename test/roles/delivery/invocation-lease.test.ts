/** The lease of one invocation: its length, its settlements, its control updates and its end. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import { InvocationLease } from '../../../lib/roles/delivery/invocation-lease.ts';
import { CountingMetrics } from '../../support/counting-metrics.ts';
import { createDelivery } from '../../support/delivery.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { unavailable } from '../../support/role-harness.ts';
import { settle } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const remainingMs = 60_000;

function setUp() {
  const clock = new SimulatedClock();
  const logger = new QuietLogger();
  const seen = {
    running: 0,
    storeFailing: false,
    brokerFailing: false,
    stale: [] as string[],
    leases: [] as number[],
    ended: [] as string[],
    aborted: [] as string[],
    signalsTaken: [] as string[],
    settled: [] as string[],
  };
  const log = (call: string) => (deliveries: readonly Delivery[]) =>
    void seen.settled.push(`${call} ${deliveries.map(({ id }) => id).join()}`);
  const lease = new InvocationLease({
    clock,
    logger,
    metrics: new CountingMetrics(),
    workerId: 'worker',
    remainingMs,
    store: {
      heartbeat: async (_workerId, leaseMs) => {
        seen.leases.push(leaseMs);
        if (seen.storeFailing) throw unavailable();
        return { abortRequested: ['e1'], signalled: ['e2'] };
      },
      listHeld: async () => [],
      endLease: async (workerId) => {
        seen.ended.push(workerId);
        if (seen.storeFailing) throw unavailable();
      },
    },
    broker: {
      acknowledge: async (deliveries) => {
        log('acknowledge')(deliveries);
        return [];
      },
      release: async (deliveries, delayMs) => {
        log(`release in ${delayMs}`)(deliveries);
        return [];
      },
      deadLetter: async (deliveries) => {
        if (seen.brokerFailing) throw new Error('gone');
        log('dead-letter')(deliveries);
        return seen.stale;
      },
    },
    executor: {
      get runningCount() {
        return seen.running;
      },
      abort: (ids) => seen.aborted.push(...ids),
      takeSignals: async (ids) => void seen.signalsTaken.push(...ids),
    },
  });
  return { clock, logger, seen, lease };
}

describe('the length of an invocation lease', () => {
  it('an invocation lease outlasts the deadline by the same margin at any time', async () => {
    const { clock, lease } = setUp();
    const end = clock.now() + lease.leaseMs;
    expect(lease.leaseMs).toBe(remainingMs + 5_000);

    await clock.advance(45_000);

    expect(clock.now() + lease.leaseMs).toBe(end);
  });

  it('a heartbeat renews an invocation lease until the margin after the deadline, while an execution runs', async () => {
    const { clock, seen, lease } = setUp();
    const stop = new AbortController();
    const polling = lease.pollUpdates(2_000, stop.signal);
    await clock.advance(4_000);
    expect(seen.leases).toEqual([]);

    seen.running = 1;
    await clock.advance(4_000);
    stop.abort();
    await polling;

    expect(seen.leases).toEqual([remainingMs - 1_000, remainingMs - 3_000]);
    expect(seen.aborted).toEqual(['e1', 'e1']);
    expect(seen.signalsTaken).toEqual(['e2', 'e2']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('an invocation that cannot renew its lease retries at the next interval', async () => {
    const { clock, seen, lease, logger } = setUp();
    const stop = new AbortController();
    const polling = lease.pollUpdates(2_000, stop.signal);
    seen.running = 1;
    seen.storeFailing = true;
    await clock.advance(2_000);
    expect(logger.entries).toMatchObject([{ message: 'heartbeat failed: retrying' }]);

    seen.storeFailing = false;
    await clock.advance(2_000);
    stop.abort();
    await polling;

    expect(seen.aborted).toEqual(['e1']);
  });
});

describe('the settlements of an invocation lease', () => {
  it('an acknowledged delivery is not reported to the broker, because the answer of the invocation does it', async () => {
    const { seen, lease } = setUp();
    const done = createDelivery('done');
    const other = createDelivery('other');

    lease.acknowledge(done);
    await lease.idle();

    expect(lease.isAcknowledged(done)).toBe(true);
    expect(lease.isAcknowledged(other)).toBe(false);
    expect(seen.settled).toEqual([]);
  });

  it('an invocation releases deliveries with delays in whole seconds, rounded up', async () => {
    const { seen, lease } = setUp();
    lease.release(createDelivery('a'), 1_001);
    lease.release(createDelivery('b'), 2_000);
    lease.release(createDelivery('c'), 0);
    await lease.idle();

    expect(seen.settled.sort()).toEqual(['release in 0 c', 'release in 2000 a,b']);
  });

  it('a dead-lettered delivery needs no further delivery, unless its receipt is stale', async () => {
    const { seen, lease } = setUp();
    const fresh = createDelivery('fresh');
    const stale = createDelivery('stale');
    seen.stale = ['stale'];

    await lease.deadLetter([fresh, stale], 'unknown');

    expect(lease.isAcknowledged(fresh)).toBe(true);
    expect(lease.isAcknowledged(stale)).toBe(false);
  });

  it('a message that an invocation cannot dead-letter is delivered again', async () => {
    const { seen, lease, logger } = setUp();
    const delivery = createDelivery('a');
    seen.brokerFailing = true;

    await lease.deadLetter([delivery], 'unknown');

    expect(lease.isAcknowledged(delivery)).toBe(false);
    expect(logger.entries).toMatchObject([{ level: 'warn', fields: { messages: 1 } }]);
  });
});

describe('the end of an invocation lease', () => {
  it('an invocation lease that is ended twice is ended once in the store', async () => {
    const { seen, lease } = setUp();

    await Promise.all([lease.end(), lease.end()]);
    await lease.end();

    expect(seen.ended).toEqual(['worker']);
  });

  it('an invocation lease that the store does not end is left to expire', async () => {
    const { seen, lease, logger } = setUp();
    seen.storeFailing = true;

    await lease.end();
    await settle();

    expect(logger.entries).toMatchObject([{ message: 'lease not released: it will expire' }]);
  });

  it('an abandoned invocation lease keeps its worker id', () => {
    const { lease } = setUp();
    expect(lease.isAbandoned).toBe(false);

    lease.abandon();

    expect(lease.isAbandoned).toBe(true);
    expect(lease.workerId).toBe('worker');
  });
});
