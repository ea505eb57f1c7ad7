/** The memory broker: the contract, the model, and what only this driver guarantees. */
import { describe, expect, it } from 'vitest';
import { MemoryBroker, memoryBrokerDefaults } from '../../../lib/drivers/memory/memory-broker.ts';
import { brokerContract } from '../../contracts/broker/broker-contract.ts';
import {
  type BrokerHarness,
  longMs,
  maxReceiveCount,
  messages,
} from '../../contracts/broker/broker-harness.ts';
import { checkAgainstModel } from '../../contracts/broker/broker-model.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

/** Returns a source of numbers in [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function createHarness(clock: SimulatedClock, broker: MemoryBroker): BrokerHarness {
  let queues = 0;
  return {
    broker,
    tickMs: 1,
    newQueue: async () => {
      queues += 1;
      return `queue-${queues}`;
    },
    advance: (ms) => clock.advance(ms),
    close: () => broker.close(),
  };
}

async function make(shuffle?: () => number): Promise<BrokerHarness> {
  const clock = new SimulatedClock();
  const options = { clock, maxReceiveCount, ...(shuffle && { shuffle }) };
  return createHarness(clock, new MemoryBroker(options));
}

brokerContract('memory', () => make());
brokerContract('memory, shuffled', () => make(seeded(7)));

describe('memory broker model', () => {
  it('the memory broker agrees with the model', async () => {
    await checkAgainstModel(await make(), 150);
  });

  it('a shuffling memory broker agrees with the model', async () => {
    await checkAgainstModel(await make(seeded(11)), 150);
  });
});

describe('order', () => {
  async function receiveOrder(shuffle?: () => number): Promise<string[]> {
    const { broker } = await make(shuffle);
    await broker.send('q', messages(50));
    const request = { queues: ['q'], max: 50, visibilityMs: longMs, waitMs: 0 };
    return (await broker.receive(request)).map(({ id }) => id);
  }

  it('messages are received in the order of sending without a shuffle', async () => {
    expect(await receiveOrder()).toEqual(messages(50).map(({ id }) => id));
  });

  it('the order of messages depends only on the shuffle seed', async () => {
    const [one, again, two] = [
      await receiveOrder(seeded(1)),
      await receiveOrder(seeded(1)),
      await receiveOrder(seeded(2)),
    ];

    expect(one).toEqual(again);
    expect(one).not.toEqual(two);
    expect(one).not.toEqual(await receiveOrder());
    expect([...one].sort()).toEqual(
      messages(50)
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('each group gets its turn, however long the backlog of another is', async () => {
    const { broker } = await make();
    for (const [groupId, count] of [
      ['a', 500],
      ['b', 3],
      ['c', 3],
    ] as const) {
      await broker.send('q', messages(count, { prefix: groupId, groupId }));
    }

    const request = { queues: ['q'], max: 9, visibilityMs: longMs, waitMs: 0 };
    const turns = (await broker.receive(request)).map(({ groupId }) => groupId);

    expect(turns).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  });
});

describe('memory broker', () => {
  it('the memory broker is volatile', async () => {
    expect((await make()).broker.volatile).toBe(true);
  });

  it('the memory broker sets a timer only while receivers wait', async () => {
    const clock = new SimulatedClock();
    const broker = new MemoryBroker({ clock });
    await broker.send('q', messages(2, { delayMs: 5 }));
    expect(clock.pendingTimers).toBe(0);

    const request = { queues: ['q'], max: 1, visibilityMs: 10, waitMs: longMs };
    const stop = new AbortController();
    const waiting = Array.from({ length: 3 }, () =>
      broker.receive({ ...request, signal: stop.signal }),
    );
    expect(clock.pendingTimers).toBe(4);
    await clock.advance(5);
    stop.abort();
    await Promise.all(waiting);
    expect(clock.pendingTimers).toBe(0);

    const last = broker.receive({ ...request, max: 5 });
    await broker.close();
    await last;
    expect(clock.pendingTimers).toBe(0);
  });

  it('a late worker can acknowledge a message that was not delivered again', async () => {
    const clock = new SimulatedClock();
    const broker = new MemoryBroker({ clock });
    const request = { queues: ['q'], max: 1, visibilityMs: 10, waitMs: 0 };
    await broker.send('q', messages(1));
    const late = await broker.receive(request);
    await clock.advance(11);
    expect(await broker.stats(['q'])).toMatchObject([{ ready: 1, inFlight: 0 }]);

    expect(await broker.extend(late, 10)).toHaveLength(1);
    expect(await broker.acknowledge(late)).toEqual([]);

    expect(await broker.stats(['q'])).toMatchObject([{ ready: 0, inFlight: 0, oldestMs: 0 }]);
    expect(await broker.peek('q', 1)).toEqual([]);
    expect(await broker.receive(request)).toEqual([]);
  });

  it('a message is delivered 16 times by default', async () => {
    const broker = new MemoryBroker({ clock: new SimulatedClock() });
    const request = { queues: ['q'], max: 1, visibilityMs: 0, waitMs: 0 };
    await broker.send('q', messages(1));
    let deliveries = 0;
    while ((await broker.receive(request)).length > 0) deliveries += 1;

    expect(deliveries).toBe(16);
    expect(memoryBrokerDefaults).toEqual({ maxReceiveCount: 16 });
    expect(await broker.receiveDead('q', 1, 0)).toMatchObject([{ deliveries: 16 }]);
  });

  it('the memory broker refuses a maxReceiveCount below 1', () => {
    expect(() => new MemoryBroker({ clock: new SimulatedClock(), maxReceiveCount: 0 })).toThrow(
      /maxReceiveCount must be a whole number from 1 to 1000, found 0/,
    );
  });
});

describe('long backlog', () => {
  it('a backlog of 200,000 messages is received, expires, is received again and acknowledged', async () => {
    const clock = new SimulatedClock();
    const broker = new MemoryBroker({ clock });
    const request = { queues: ['q'], max: 1_000, visibilityMs: 10, waitMs: 0 };
    for (let chunk = 0; chunk < 200; chunk += 1) {
      await broker.send('q', messages(1_000, { prefix: `${chunk}`, groupId: `g${chunk % 3}` }));
    }
    for (let chunk = 0; chunk < 200; chunk += 1) await broker.receive(request);
    expect(await broker.stats(['q'])).toMatchObject([{ ready: 0, inFlight: 200_000 }]);
    await clock.advance(10);

    const seen = new Set<string>();
    for (;;) {
      const taken = await broker.receive(request);
      if (taken.length === 0) break;
      for (const { id } of taken) seen.add(id);
      expect(await broker.acknowledge(taken)).toEqual([]);
    }

    expect(seen.size).toBe(200_000);
    expect(await broker.stats(['q'])).toMatchObject([{ ready: 0, delayed: 0, inFlight: 0 }]);
  });
});
