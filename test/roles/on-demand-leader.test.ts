/** What a call of the on-demand leader does, and when the next one comes. */
import { describe, expect, it } from 'vitest';
import { LeftBatches } from '../../lib/roles/batch/left-batches.ts';
import { OnDemandLeader, type OnDemandLeaderOptions } from '../../lib/roles/on-demand-leader.ts';
import { createClaimed, ending, newBatch, sleeping } from '../contracts/store/store-harness.ts';
import { type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';
import { openOnDemandLeaderHarness } from '../support/on-demand-leader-harness.ts';

const hourMs = 3_600_000;
const tick = { predecessor: null, pausedMs: 0, mayRest: true, remainingMs: 30_000 };

interface Continued {
  readonly predecessor: string;
  readonly pausedMs: number;
}

/** Creates an on-demand leader, and records what it requests of its schedule and its queue. */
function createOnDemandLeader(
  harness: LeaderHarness,
  changes: Partial<OnDemandLeaderOptions> = {},
) {
  const schedule: unknown[] = [];
  const continued: Continued[] = [];
  const leader = new OnDemandLeader({
    ...harness,
    createLeader: (scope) => harness.leader({ scope, leaseMs: 90_000 }),
    helpers: [],
    leaderSchedule: {
      turnOn: async () => void schedule.push('on'),
      turnOff: async (nextMs) => void schedule.push(nextMs),
    },
    continueLater: async (predecessor, pausedMs) => {
      continued.push({ predecessor, pausedMs });
    },
    ...changes,
  });
  const continueCall = async (given = continued.at(-1)) => {
    const { predecessor = '', pausedMs = 0 } = given ?? {};
    return leader.call({ ...tick, predecessor, pausedMs, mayRest: false });
  };
  return { leader, schedule, continued, continueCall };
}

async function endAll(harness: LeaderHarness, batchId: string): Promise<void> {
  for (const { executionId } of await harness.store.listUnsentOfBatch(batchId, 0, 100)) {
    await harness.store.commit([ending(await harness.claim(executionId))]);
  }
}

describe('a batch that the program of a call cannot lead', () => {
  it('a call that lacks the transformer of a batch leaves it to other leaders, and pauses it only after the grace', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(3, { item: { input: 'double' } });
    const leftBatches = new LeftBatches({ clock: harness.clock, deployGraceMs: 600_000 });
    const { leader } = createOnDemandLeader(harness, {
      createLeader: (scope) => harness.leader({ scope, transformers: {}, leftBatches }),
    });
    const startedMs = harness.clock.monotonicMs();

    while ((await harness.get(id)).status === 'RUNNING') {
      await leader.call(tick);
      await harness.clock.advance(60_000);
    }

    const lastedMs = harness.clock.monotonicMs() - startedMs;
    expect(lastedMs).toBeGreaterThanOrEqual(600_000);
    expect(lastedMs).toBeLessThan(700_000);
  });
});

describe('continuing a batch', () => {
  it('a batch is continued call by call to its end, without another scheduled call', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(8, { maxInFlight: 3 });
    const { leader, continued, continueCall, schedule } = createOnDemandLeader(harness);
    expect(await leader.call(tick)).toBe(1);

    for (let calls = 0; calls < 3; calls += 1) {
      await endAll(harness, id);
      expect(await continueCall()).toBe(1);
    }

    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 8 });
    expect(continued).toHaveLength(3);
    expect(schedule).toEqual(['on']);
  });

  it('the pause before a continuation doubles while nothing is recorded, up to 15 s', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(8, { maxInFlight: 3 });
    const { leader, continued, continueCall } = createOnDemandLeader(harness);
    await leader.call(tick);

    for (let calls = 0; calls < 5; calls += 1) await continueCall();

    expect(continued.map(({ pausedMs }) => pausedMs / 1_000)).toEqual([2, 4, 8, 15, 15, 15]);
  });

  it('a call that ran out of time is continued without a pause', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(20, { chunkSize: 5 });
    const { fanOut } = harness.store;
    harness.store.fanOut = async (chunk) => {
      const results = await fanOut(chunk);
      await harness.clock.advance(12_000);
      return results;
    };
    const { leader, continued } = createOnDemandLeader(harness);

    await leader.call(tick);

    expect(continued).toMatchObject([{ pausedMs: 0 }]);
    expect(await harness.get(id)).toMatchObject({ created: 10, sourceDone: false });
  });

  it('a continuation that is delivered twice continues the batch once', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(8, { maxInFlight: 3 });
    const { leader, continued, continueCall } = createOnDemandLeader(harness);
    await leader.call(tick);
    const [first] = continued;

    const led = await Promise.all([continueCall(first), continueCall(first), leader.call(tick)]);

    expect(led.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(continued).toHaveLength(2);
  });

  it('a batch whose continuation cannot be sent is free for the next scheduled call', async () => {
    const harness = await openLeaderHarness();
    await harness.batch(8, { maxInFlight: 3 });
    const { leader, schedule } = createOnDemandLeader(harness, {
      continueLater: () => Promise.reject(new Error('no queue')),
    });

    await expect(leader.call(tick)).rejects.toThrow('no queue');

    expect(schedule).toEqual(['on']);
    expect(await createOnDemandLeader(harness).leader.call(tick)).toBe(1);
  });

  it('a batch whose executions all sleep for long is not continued, and the leader rests', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(1);
    const { leader, continued, continueCall, schedule } = createOnDemandLeader(harness);
    await leader.call(tick);
    const [open] = await harness.store.listUnsentOfBatch(id, 0, 1);
    const claimed = await harness.claim(open?.executionId ?? '');
    await harness.store.commit([sleeping(claimed, hourMs)]);

    await continueCall();
    await leader.call(tick);

    expect(continued).toHaveLength(1);
    expect(schedule).toEqual(['on', 'on', hourMs]);
  });
});

describe('a scheduled call that finds no work', () => {
  it('the leader rests until the next execution is due, or until work is recorded', async () => {
    const harness = await openLeaderHarness();
    const { leader, schedule } = createOnDemandLeader(harness);

    await leader.call(tick);
    await harness.store.commit([sleeping(await createClaimed(harness.store), 2 * hourMs)]);
    await leader.call(tick);

    expect(schedule).toEqual(['on', null, 'on', 2 * hourMs]);
  });

  it('work recorded while the leader goes to rest turns the schedule on again', async () => {
    const harness = await openLeaderHarness();
    const schedule: string[] = [];
    const { leader } = createOnDemandLeader(harness, {
      leaderSchedule: {
        turnOn: async () => void schedule.push('on'),
        turnOff: async () => {
          await harness.store.createBatch(newBatch());
          schedule.push('off');
        },
      },
    });

    await leader.call(tick);

    expect(schedule).toEqual(['on', 'off', 'on']);
  });

  it('an execution that falls asleep while the leader goes to rest shortens the rest', async () => {
    const harness = await openLeaderHarness();
    await harness.store.commit([sleeping(await createClaimed(harness.store), 3 * hourMs)]);
    const rests: (number | null)[] = [];
    const { leader } = createOnDemandLeader(harness, {
      leaderSchedule: {
        turnOn: async () => {},
        turnOff: async (nextMs) => {
          rests.push(nextMs);
          if (rests.length > 1) return;
          await harness.store.commit([sleeping(await createClaimed(harness.store), hourMs)]);
        },
      },
    });

    await leader.call(tick);

    expect(rests).toEqual([3 * hourMs, hourMs]);
  });

  it('the leader does not rest for less time than the database needs to pause', async () => {
    const harness = await openLeaderHarness();
    await harness.store.commit([sleeping(await createClaimed(harness.store), 120_000)]);
    const { leader, schedule } = createOnDemandLeader(harness);

    await leader.call(tick);

    expect(schedule).toEqual(['on']);
  });

  it('a schedule that cannot be turned off is logged, and the call succeeds', async () => {
    const harness = await openLeaderHarness();
    const { leader } = createOnDemandLeader(harness, {
      leaderSchedule: {
        turnOn: async () => {},
        turnOff: () => Promise.reject(new Error('not allowed')),
      },
    });

    await leader.call(tick);

    expect(harness.logger.entries).toMatchObject([
      { level: 'error', fields: { error: 'not allowed' } },
    ]);
  });
});

describe('failures of a call', () => {
  it('the failure of a helper is thrown after everything else is done', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(8, { maxInFlight: 3 });
    let helped = 0;
    const { leader, continued } = createOnDemandLeader(harness, {
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

describe('failures and rest', () => {
  it('a failed helper keeps the leader from resting', async () => {
    const harness = await openLeaderHarness();
    const { leader, schedule } = createOnDemandLeader(harness, {
      helpers: [{ tick: () => Promise.reject(new Error('messages could not be matched')) }],
    });

    await expect(leader.call(tick)).rejects.toThrow('messages could not be matched');

    expect(schedule).toEqual(['on']);
  });
});

describe('a batch on demand', () => {
  it('a batch led on demand ends, and the leader then rests', async () => {
    const harness = await openOnDemandLeaderHarness(7);
    const id = await harness.start(30, 12);

    for (let steps = 0; steps < 500 && harness.isScheduleOn; steps += 1) await harness.step();

    expect(harness.isScheduleOn).toBe(false);
    expect(harness.led.continuations).toBeGreaterThan(0);
    for (let steps = 0; steps < 500 && harness.nextCallAt !== null; steps += 1)
      await harness.step();
    for (let steps = 0; steps < 50; steps += 1) await harness.step();
    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', created: 30 });
  });
});
