/** Activity tasks are handed out once, and only while their command waits. */
import { describe, expect, it } from 'vitest';
import { ActivityTasks } from '../../../lib/roles/callbacks/activity-tasks.ts';
import { encodeSignal } from '../../../lib/roles/callbacks/signal-event.ts';
import { RoleHarness } from '../../support/role-harness.ts';
import { settle } from '../../support/signal.ts';

const resource = 'arn:aws:states:local:000000000000:activity:paint';
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
    const { harness, start, take } = await setUp();
    let answer: unknown;
    const polling = take(60_000).then((task) => {
      answer = task;
    });
    await settle();
    expect(answer).toBeUndefined();

    const id = await start();
    await harness.clock.advance(500);
    await polling;

    expect(answer).toMatchObject({ executionId: id });
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
    expect(activities.findRefusal({ resource: resource.replace('paint', 'pant') })).toContain(
      "no activity is named 'pant' (known: paint",
    );
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
