/** A leader that is called: what one call does, when the next comes, and when none does. */
import { describe, expect, it } from 'vitest';
import { CalledLeader, type CalledLeaderOptions } from '../../lib/roles/called-leader.ts';
import { createClaimed, ending, newBatch, sleeping } from '../contracts/store/store-harness.ts';
import { openCalledWorld } from '../support/called-leader-world.ts';
import { type LeaderWorld, openLeaderWorld } from '../support/leader-world.ts';

const hourMs = 3_600_000;
const tick = { predecessor: null, pausedMs: 0, mayRest: true, leftMs: 30_000 };

interface Continued {
  readonly predecessor: string;
  readonly pausedMs: number;
}

/** A called leader, and what it asked of its schedule and its queue. */
function calledLeader(world: LeaderWorld, changes: Partial<CalledLeaderOptions> = {}) {
  const schedule: unknown[] = [];
  const continued: Continued[] = [];
  const leader = new CalledLeader({
    ...world,
    leader: (lease) => world.leader({ lease, leaseMs: 90_000 }),
    helpers: [],
    sweepSchedule: {
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

async function endAll(world: LeaderWorld, batchId: string): Promise<void> {
  for (const { executionId } of await world.store.listUnsentOfBatch(batchId, 0, 100)) {
    await world.store.commit([ending(await world.claim(executionId))]);
  }
}

describe('a batch that goes on', () => {
  it('is continued by one call after the other, and ended without another tick', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(8, { maxInFlight: 3 });
    const { leader, continued, goOn, schedule } = calledLeader(world);
    expect(await leader.call(tick)).toBe(1);

    for (let calls = 0; calls < 3; calls += 1) {
      await endAll(world, id);
      expect(await goOn()).toBe(1);
    }

    expect(await world.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 8 });
    expect(continued).toHaveLength(3);
    expect(schedule).toEqual(['on']);
  });

  it('is looked at soon after something was recorded, then ever less often', async () => {
    const world = await openLeaderWorld();
    await world.batch(8, { maxInFlight: 3 });
    const { leader, continued, goOn } = calledLeader(world);
    await leader.call(tick);

    for (let calls = 0; calls < 5; calls += 1) await goOn();

    expect(continued.map(({ pausedMs }) => pausedMs / 1_000)).toEqual([2, 4, 8, 15, 15, 15]);
  });

  it('is continued at once when only the time was over', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(20, { chunkSize: 5 });
    const { fanOut } = world.store;
    world.store.fanOut = async (chunk) => {
      const results = await fanOut(chunk);
      await world.clock.advance(12_000);
      return results;
    };
    const { leader, continued } = calledLeader(world);

    await leader.call(tick);

    expect(continued).toMatchObject([{ pausedMs: 0 }]);
    expect(await world.get(id)).toMatchObject({ created: 10, sourceDone: false });
  });

  it('is continued once, however often the message comes', async () => {
    const world = await openLeaderWorld();
    await world.batch(8, { maxInFlight: 3 });
    const { leader, continued, goOn } = calledLeader(world);
    await leader.call(tick);
    const [first] = continued;

    const led = await Promise.all([goOn(first), goOn(first), leader.call(tick)]);

    expect(led.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(continued).toHaveLength(2);
  });

  it('is free for the next tick when it could not be continued', async () => {
    const world = await openLeaderWorld();
    await world.batch(8, { maxInFlight: 3 });
    const { leader, schedule } = calledLeader(world, {
      continueLater: () => Promise.reject(new Error('no queue')),
    });

    await expect(leader.call(tick)).rejects.toThrow('no queue');

    expect(schedule).toEqual(['on']);
    expect(await calledLeader(world).leader.call(tick)).toBe(1);
  });

  it('is no longer looked at when all of it sleeps for long, and rests with the leader', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(1);
    const { leader, continued, goOn, schedule } = calledLeader(world);
    await leader.call(tick);
    const [open] = await world.store.listUnsentOfBatch(id, 0, 1);
    const claimed = await world.claim(open?.executionId ?? '');
    await world.store.commit([sleeping(claimed, hourMs)]);

    await goOn();
    await leader.call(tick);

    expect(continued).toHaveLength(1);
    expect(schedule).toEqual(['on', 'on', hourMs]);
  });
});

describe('a tick that finds nothing ahead', () => {
  it('rests until the next sleeper is due, or until somebody records work', async () => {
    const world = await openLeaderWorld();
    const { leader, schedule } = calledLeader(world);

    await leader.call(tick);
    await world.store.commit([sleeping(await createClaimed(world.store), 2 * hourMs)]);
    await leader.call(tick);

    expect(schedule).toEqual(['on', null, 'on', 2 * hourMs]);
  });

  it('turns the sweep on again for what was recorded while it went to rest', async () => {
    const world = await openLeaderWorld();
    const schedule: string[] = [];
    const { leader } = calledLeader(world, {
      sweepSchedule: {
        turnOn: async () => void schedule.push('on'),
        rest: async () => {
          await world.store.createBatch(newBatch());
          schedule.push('off');
        },
      },
    });

    await leader.call(tick);

    expect(schedule).toEqual(['on', 'off', 'on']);
  });

  it('rests shorter for a sleeper that fell asleep while it went to rest', async () => {
    const world = await openLeaderWorld();
    await world.store.commit([sleeping(await createClaimed(world.store), 3 * hourMs)]);
    const rests: (number | null)[] = [];
    const { leader } = calledLeader(world, {
      sweepSchedule: {
        turnOn: async () => {},
        rest: async (nextMs) => {
          rests.push(nextMs);
          if (rests.length > 1) return;
          await world.store.commit([sleeping(await createClaimed(world.store), hourMs)]);
        },
      },
    });

    await leader.call(tick);

    expect(rests).toEqual([3 * hourMs, hourMs]);
  });

  it('does not rest for less than the database needs to fall asleep', async () => {
    const world = await openLeaderWorld();
    await world.store.commit([sleeping(await createClaimed(world.store), 120_000)]);
    const { leader, schedule } = calledLeader(world);

    await leader.call(tick);

    expect(schedule).toEqual(['on']);
  });

  it('that cannot rest says so and goes on being called', async () => {
    const world = await openLeaderWorld();
    const { leader } = calledLeader(world, {
      sweepSchedule: {
        turnOn: async () => {},
        rest: () => Promise.reject(new Error('not allowed')),
      },
    });

    await leader.call(tick);

    expect(world.logger.entries).toMatchObject([
      { level: 'error', fields: { error: 'not allowed' } },
    ]);
  });
});

describe('what goes wrong in a call', () => {
  it('is thrown when all else is done', async () => {
    const world = await openLeaderWorld();
    const id = await world.batch(8, { maxInFlight: 3 });
    let helped = 0;
    const { leader, continued } = calledLeader(world, {
      helpers: [
        { tick: () => Promise.reject(new Error('queues do not answer')) },
        { tick: async () => (helped++ < 3 ? 0 : 1_000) },
      ],
    });

    await expect(leader.call(tick)).rejects.toThrow('queues do not answer');

    expect(helped).toBe(4);
    expect(await world.get(id)).toMatchObject({ created: 3 });
    expect(continued).toHaveLength(1);
  });
});

describe('a call in which a helper failed', () => {
  it('does not let the leader rest, though no work is in sight', async () => {
    const world = await openLeaderWorld();
    const { leader, schedule } = calledLeader(world, {
      helpers: [{ tick: () => Promise.reject(new Error('messages could not be matched')) }],
    });

    await expect(leader.call(tick)).rejects.toThrow('messages could not be matched');

    expect(schedule).toEqual(['on']);
  });
});

describe('a batch in a world of calls', () => {
  it('ends, and the leader rests', async () => {
    const world = await openCalledWorld(7);
    const id = await world.start(30, 12);

    for (let steps = 0; steps < 500 && world.sweepsEveryMinute; steps += 1) await world.step();

    expect(world.sweepsEveryMinute).toBe(false);
    expect(world.led.continuations).toBeGreaterThan(0);
    for (let steps = 0; steps < 500 && world.nextCallAt !== null; steps += 1) await world.step();
    for (let steps = 0; steps < 50; steps += 1) await world.step();
    expect(await world.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 30 });
  });
});
