/** A leader that is called: what one call does, when the next comes, and when none does. */
import { describe, expect, it } from 'vitest';
import { OnDemandLeader, type OnDemandLeaderOptions } from '../../lib/roles/on-demand-leader.ts';
import { createClaimed, ending, newBatch, sleeping } from '../contracts/store/store-harness.ts';
import { type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';
import { openOnDemandLeaderHarness } from '../support/on-demand-leader-harness.ts';

const hourMs = 3_600_000;
const tick = { predecessor: null, pausedMs: 0, mayRest: true, leftMs: 30_000 };

interface Continued {
  readonly predecessor: string;
  readonly pausedMs: number;
}

/** A called leader, and what it asked of its schedule and its queue. */
function onDemandLeader(harness: LeaderHarness, changes: Partial<OnDemandLeaderOptions> = {}) {
  const schedule: unknown[] = [];
  const continued: Continued[] = [];
  const leader = new OnDemandLeader({
    ...harness,
    leader: (lease) => harness.leader({ lease, leaseMs: 90_000 }),
    helpers: [],
    leaderSchedule: {
      turnOn: async () => void schedule.push('on'),
      rest: async (nextMs) => void schedule.push(nextMs),
    },
    continueLater: async (predecessor, pausedMs) => {
      continued.push({ predecessor, pausedMs });
    },
    ...changes,
  });
  const goOn = async (given = continued.at(-1)) => {
    const { predecessor = '', pausedMs = 0 } = given ?? {};
    return leader.call({ ...tick, predecessor, pausedMs, mayRest: false });
  };
  return { leader, schedule, continued, goOn };
}

async function endAll(harness: LeaderHarness, batchId: string): Promise<void> {
  for (const { executionId } of await harness.store.listUnsentOfBatch(batchId, 0, 100)) {
    await harness.store.commit([ending(await harness.claim(executionId))]);
  }
}

describe('a batch that goes on', () => {
  it('is continued by one call after the other, and ended without another tick', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(8, { maxInFlight: 3 });
    const { leader, continued, goOn, schedule } = onDemandLeader(harness);
    expect(await leader.call(tick)).toBe(1);

    for (let calls = 0; calls < 3; calls += 1) {
      await endAll(harness, id);
      expect(await goOn()).toBe(1);
    }

    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 8 });
    expect(continued).toHaveLength(3);
    expect(schedule).toEqual(['on']);
  });

  it('is looked at soon after something was recorded, then ever less often', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(8, { maxInFlight: 3 });
    const { leader, continued, goOn } = onDemandLeader(harness);
    await leader.call(tick);

    for (let calls = 0; calls < 5; calls += 1) await goOn();

    expect(continued.map(({ pausedMs }) => pausedMs / 1_000)).toEqual([2, 4, 8, 15, 15, 15]);
  });

  it('is continued at once when only the time was over', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { chunkSize: 5 });
    const { fanOut } = harness.store;
    harness.store.fanOut = async (chunk) => {
      const results = await fanOut(chunk);
      await harness.clock.advance(12_000);
      return results;
    };
    const { leader, continued } = onDemandLeader(harness);

    await leader.call(tick);

    expect(continued).toMatchObject([{ pausedMs: 0 }]);
    expect(await harness.get(id)).toMatchObject({ created: 10, sourceDone: false });
  });

  it('is continued once, however often the message comes', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(8, { maxInFlight: 3 });
    const { leader, continued, goOn } = onDemandLeader(harness);
    await leader.call(tick);
    const [first] = continued;

    const led = await Promise.all([goOn(first), goOn(first), leader.call(tick)]);

    expect(led.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(continued).toHaveLength(2);
  });

  it('is free for the next tick when it could not be continued', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(8, { maxInFlight: 3 });
    const { leader, schedule } = onDemandLeader(harness, {
      continueLater: () => Promise.reject(new Error('no queue')),
    });

    await expect(leader.call(tick)).rejects.toThrow('no queue');

    expect(schedule).toEqual(['on']);
    expect(await onDemandLeader(harness).leader.call(tick)).toBe(1);
  });

  it('is no longer looked at when all of it sleeps for long, and rests with the leader', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(1);
    const { leader, continued, goOn, schedule } = onDemandLeader(harness);
    await leader.call(tick);
    const [open] = await harness.store.listUnsentOfBatch(id, 0, 1);
    const claimed = await harness.claim(open?.executionId ?? '');
    await harness.store.commit([sleeping(claimed, hourMs)]);

    await goOn();
    await leader.call(tick);

    expect(continued).toHaveLength(1);
    expect(schedule).toEqual(['on', 'on', hourMs]);
  });
});

describe('a tick that finds nothing ahead', () => {
  it('rests until the next sleeper is due, or until somebody records work', async () => {
    const harness = await openLeaderHarness();
    const { leader, schedule } = onDemandLeader(harness);

    await leader.call(tick);
    await harness.store.commit([sleeping(await createClaimed(harness.store), 2 * hourMs)]);
    await leader.call(tick);

    expect(schedule).toEqual(['on', null, 'on', 2 * hourMs]);
  });

  it('turns the sweep on again for what was recorded while it went to rest', async () => {
    const harness = await openLeaderHarness();
    const schedule: string[] = [];
    const { leader } = onDemandLeader(harness, {
      leaderSchedule: {
        turnOn: async () => void schedule.push('on'),
        rest: async () => {
          await harness.store.createBatch(newBatch());
          schedule.push('off');
        },
      },
    });

    await leader.call(tick);

    expect(schedule).toEqual(['on', 'off', 'on']);
  });

  it('rests shorter for a sleeper that fell asleep while it went to rest', async () => {
    const harness = await openLeaderHarness();
    await harness.store.commit([sleeping(await createClaimed(harness.store), 3 * hourMs)]);
    const rests: (number | null)[] = [];
    const { leader } = onDemandLeader(harness, {
      leaderSchedule: {
        turnOn: async () => {},
        rest: async (nextMs) => {
          rests.push(nextMs);
          if (rests.length > 1) return;
          await harness.store.commit([sleeping(await createClaimed(harness.store), hourMs)]);
        },
      },
    });

    await leader.call(tick);

    expect(rests).toEqual([3 * hourMs, hourMs]);
  });

  it('does not rest for less than the database needs to fall asleep', async () => {
    const harness = await openLeaderHarness();
    await harness.store.commit([sleeping(await createClaimed(harness.store), 120_000)]);
    const { leader, schedule } = onDemandLeader(harness);

    await leader.call(tick);

    expect(schedule).toEqual(['on']);
  });

  it('that cannot rest says so and goes on being called', async () => {
    const harness = await openLeaderHarness();
    const { leader } = onDemandLeader(harness, {
      leaderSchedule: {
        turnOn: async () => {},
        rest: () => Promise.reject(new Error('not allowed')),
      },
    });

    await leader.call(tick);

    expect(harness.logger.entries).toMatchObject([
      { level: 'error', fields: { error: 'not allowed' } },
    ]);
  });
});

describe('what goes wrong in a call', () => {
  it('is thrown when all else is done', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(8, { maxInFlight: 3 });
    let helped = 0;
    const { leader, continued } = onDemandLeader(harness, {
      helpers: [
        { tick: () => Promise.reject(new Error('queues do not answer')) },
        { tick: async () => (helped++ < 3 ? 0 : 1_000) },
      ],
    });

    await expect(leader.call(tick)).rejects.toThrow('queues do not answer');

    expect(helped).toBe(4);
    expect(await harness.get(id)).toMatchObject({ created: 3 });
    expect(continued).toHaveLength(1);
  });
});

describe('a call in which a helper failed', () => {
  it('does not let the leader rest, though no work is in sight', async () => {
    const harness = await openLeaderHarness();
    const { leader, schedule } = onDemandLeader(harness, {
      helpers: [{ tick: () => Promise.reject(new Error('messages could not be matched')) }],
    });

    await expect(leader.call(tick)).rejects.toThrow('messages could not be matched');

    expect(schedule).toEqual(['on']);
  });
});

describe('a batch in a world of calls', () => {
  it('ends, and the leader rests', async () => {
    const harness = await openOnDemandLeaderHarness(7);
    const id = await harness.start(30, 12);

    for (let steps = 0; steps < 500 && harness.sweepsEveryMinute; steps += 1) await harness.step();

    expect(harness.sweepsEveryMinute).toBe(false);
    expect(harness.led.continuations).toBeGreaterThan(0);
    for (let steps = 0; steps < 500 && harness.nextCallAt !== null; steps += 1)
      await harness.step();
    for (let steps = 0; steps < 50; steps += 1) await harness.step();
    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 30 });
  });
});
