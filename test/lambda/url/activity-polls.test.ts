/** Polls of activities in a function, which neither wait nor keep the database awake. */
import { describe, expect, it } from 'vitest';
import type { ApiCall, ApiRequest } from '../../../lib/api/contract/contract.ts';
import { ActivityPolls, type LeaderState } from '../../../lib/lambda/url/activity-polls.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const task = { taskToken: 'token', input: { n: 1 } };
const minute = 60_000;

function createPolls(readLeader: (() => Promise<LeaderState>) | null) {
  const clock = new SimulatedClock();
  const asked: number[] = [];
  let waiting: typeof task | null = null;
  const polls = new ActivityPolls({ clock, logger: new QuietLogger(), readLeader });
  const poll = polls.around(async ({ body }) => {
    asked.push(body.waitSeconds);
    const taken = waiting;
    waiting = null;
    return { task: taken };
  });
  const request = { params: { activity: 'approve' }, body: { waitSeconds: 20 }, query: {} };
  return {
    clock,
    asked,
    add: () => {
      waiting = task;
    },
    poll: () => poll(request as ApiRequest<'pollActivity'>, {} as ApiCall),
  };
}

describe('polls of activities in a function', () => {
  it('a poll is answered at once, with work or with how long to wait', async () => {
    const { poll, add, asked } = createPolls(null);
    add();

    expect(await poll()).toEqual({ task });
    expect(await poll()).toEqual({ task: null, pollAfterSeconds: 5 });
    expect(asked).toEqual([0, 0]);
  });

  it('a poller that does not wait asks the database once a second', async () => {
    const { poll, asked, clock } = createPolls(null);

    for (let polled = 0; polled < 10; polled += 1) await poll();
    await clock.advance(1_000);
    await poll();

    expect(asked).toHaveLength(2);
  });

  it('polls do not ask the database while the leader sleeps, and do again as soon as it wakes', async () => {
    let state: LeaderState = { isAwake: true, since: 0 };
    const { poll, asked, clock, add } = createPolls(async () => state);
    await poll();
    state = { isAwake: false, since: clock.now() };
    await clock.advance(minute);
    await poll();
    await clock.advance(2 * minute);
    await poll();
    const settled = asked.length;

    for (let polled = 0; polled < 30; polled += 1) {
      await clock.advance(minute);
      expect(await poll()).toEqual({ task: null, pollAfterSeconds: 20 });
    }
    expect(asked).toHaveLength(settled);
    state = { isAwake: true, since: clock.now() };
    add();

    expect(await poll()).toEqual({ task });
  });

  it('work that a worker has recorded after the leader went to sleep is found', async () => {
    const { poll, clock, add } = createPolls(async () => ({ isAwake: false, since: clock.now() }));
    await poll();
    await clock.advance(minute);
    add();

    expect(await poll()).toEqual({ task });
  });

  it('polls ask the database when the schedule of the leader cannot be read', async () => {
    const { poll, asked, clock } = createPolls(() => Promise.reject(new Error('throttled')));
    await poll();
    await clock.advance(10 * minute);

    await poll();

    expect(asked).toHaveLength(2);
  });
});
