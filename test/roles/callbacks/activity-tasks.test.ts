/** Activity tasks are handed out once, and only while their command waits. */
import { describe, expect, it } from 'vitest';
import { ActivityTasks } from '../../../lib/roles/callbacks/activity-tasks.ts';
import { encodeSignal } from '../../../lib/roles/callbacks/signal-event.ts';
import { RoleHarness } from '../../support/role-harness.ts';
import { settle } from '../../support/signal.ts';

const resource = 'arn:aws:states:us-east-1:000000000000:activity:paint';
const definition = {
  StartAt: 'Paint',
  States: {
    Paint: {
      Type: 'Task',
      Resource: resource,
      TimeoutSeconds: 600,
      HeartbeatSeconds: 60,
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Rest' }],
      End: true,
    },
    Rest: { Type: 'Wait', Seconds: 86_400, End: true },
  },
};

async function setUp() {
  const harness = new RoleHarness();
  await harness.register(definition);
  const activities = new ActivityTasks({
    ...activityDeps(harness),
    activities: new Set(['paint']),
  });
  const resume = async (id: string) =>
    harness.executor({ invoker: activities }).run(await harness.claim(id));
  const start = async (input = {}) => {
    const id = await harness.record(input);
    await resume(id);
    return id;
  };
  const take = (waitMs = 0, signal = new AbortController().signal) =>
    activities.take({ activity: 'paint', workerName: 'Ann', waitMs, wakeupSent: true, signal });
  return { harness, activities, resume, start, take };
}

function activityDeps({ store, signalRouter, clock, logger }: RoleHarness) {
  return { store, signalRouter, clock, logger };
}

const paintedBy = (command: string) =>
  encodeSignal({ type: 'commandSucceeded', command, result: 'painted' });

describe('the tasks of an activity', () => {
  it('an activity task is handed out with its token, and the answer ends its state', async () => {
    const { harness, resume, start, take } = await setUp();
    const id = await start({ wall: 1 });

    const task = await take();
    await resume(id);
    await harness.signalRouter.send([{ executionId: id, event: paintedBy('2:0') }]);
    await resume(id);

    expect(task).toMatchObject({ activity: 'paint', executionId: id, input: '{"wall":1}' });
    expect(await harness.readEventTypes(id)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('an activity task that a worker has taken is not handed out again after a crash', async () => {
    const { harness, activities, resume, start, take } = await setUp();
    const id = await start();
    const task = await take();
    await harness.store.scheduleActivity(task ?? (await failMissing()));

    expect(await take()).toBeNull();
    await resume(id);
    await resumeAfterCrash(harness, activities, id);
    expect(await take()).toBeNull();
  });

  it('an activity task is removed when its state times out', async () => {
    const { harness, resume, start, take } = await setUp();
    const id = await start();
    await harness.clock.advance(600_000);
    await resume(id);

    expect(await harness.readEventTypes(id)).toContain('ActivityTimedOut');
    expect(await harness.store.listActivities()).toEqual([]);
    expect(await take()).toBeNull();
  });

  it('the heartbeat timeout of an activity task starts when a worker takes it', async () => {
    const { harness, resume, start, take } = await setUp();
    const id = await start();
    await harness.clock.advance(300_000);
    await take();

    expect(await resume(id)).toEqual({ kind: 'suspended', dueInMs: 60_000 });
  });
});

describe('polling for activity tasks', () => {
  it('a poll waits until a task is scheduled', async () => {
    const { start, take } = await setUp();
    let answer: unknown;
    const polling = take(60_000).then((task) => {
      answer = task;
    });
    await settle();
    expect(answer).toBeUndefined();

    const id = await start();
    await polling;

    expect(answer).toMatchObject({ executionId: id });
  });

  it('polls for many activities share one query a second, and get what others schedule', async () => {
    const { harness } = await setUp();
    let looks = 0;
    const store: typeof harness.store = Object.assign(Object.create(harness.store), {
      listActivities: () => {
        looks += 1;
        return harness.store.listActivities();
      },
    });
    const deps = { ...activityDeps(harness), activities: new Set<string>() };
    const here = new ActivityTasks({ ...deps, store });
    const gone = new AbortController();
    const rest = { workerName: null, waitMs: 60_000, wakeupSent: true, signal: gone.signal };
    const polls = Array.from({ length: 100 }, (_, index) =>
      here.take({ activity: `activity-${index % 5}`, ...rest }),
    );
    await settle();
    const executionId = await harness.record({});
    const task = { activity: 'activity-3', command: '1:0', taskToken: 'token', input: '{}' };
    let taken: unknown = 'nothing yet';
    // A task whose execution does not wait for it is skipped, and its poll waits on.
    void polls[3]?.then((answer) => {
      taken = answer;
    });

    await harness.store.scheduleActivity({ ...task, executionId });
    await harness.clock.advance(10_000);

    expect(looks).toBe(10);
    expect(await harness.store.listActivities()).toEqual([]);
    expect(taken).toBe('nothing yet');
    gone.abort();
    expect(await Promise.all(polls)).toEqual(polls.map(() => null));
    await settle();
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('a poll for less than a second gets a task that another process has scheduled', async () => {
    const { harness, start, take } = await setUp();
    const other = new ActivityTasks({ ...activityDeps(harness), activities: new Set(['paint']) });
    const signal = new AbortController().signal;
    const poll = { activity: 'paint', workerName: null, waitMs: 400, wakeupSent: true, signal };
    const polling = other.take(poll);
    await settle();
    const id = await start();

    await harness.clock.advance(400);

    expect(await polling).toMatchObject({ executionId: id });
    expect(await take()).toBeNull();
  });

  it('polls that wait get what the store throws', async () => {
    const { harness } = await setUp();
    const store: typeof harness.store = Object.assign(Object.create(harness.store), {
      listActivities: () => Promise.reject(new Error('the store is away')),
    });
    const other = new ActivityTasks({ ...activityDeps(harness), store, activities: new Set() });
    const signal = new AbortController().signal;
    const poll = { activity: 'paint', workerName: null, waitMs: 5_000, wakeupSent: true, signal };
    const refused = expect(other.take(poll)).rejects.toThrow('the store is away');
    await settle();

    await harness.clock.advance(1_000);

    await refused;
    expect(harness.clock.pendingTimers).toBe(0);
  });

  it('a poll ends without a task when its time is over or the worker disconnects', async () => {
    const { harness, take } = await setUp();
    const gone = new AbortController();
    const waiting = [take(2_000), take(60_000, gone.signal)];

    gone.abort();
    await harness.clock.advance(2_000);

    expect(await Promise.all(waiting)).toEqual([null, null]);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});

describe('an unknown activity', () => {
  it('a machine with an unknown activity is refused before it runs', async () => {
    const { activities } = await setUp();

    expect(activities.findRefusal({ resource })).toBeNull();
    const pant = { resource: resource.replace('paint', 'pant'), asWritten: true };
    expect(activities.findRefusal(pant)).toContain("no activity is named 'pant' (known: paint");
  });
});

function failMissing(): Promise<never> {
  return Promise.reject(new Error('there is no task'));
}

/** Resumes an execution whose worker crashed. */
async function resumeAfterCrash(
  harness: RoleHarness,
  activities: ActivityTasks,
  id: string,
): Promise<void> {
  await harness.store.sendSignals([{ executionId: id, event: '{"type":"timersDue"}' }], true);
  await harness.claim(id, 'crashes');
  await harness.store.endLease('crashes');
  await harness.executor({ invoker: activities }).run(await harness.claim(id, 'follows'));
}
