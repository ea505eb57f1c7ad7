/** Activities: who asks for work gets what is wanted, and nobody gets what is over. */
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
      ...{ Type: 'Task', Resource: resource, TimeoutSeconds: 600, HeartbeatSeconds: 60 },
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Rest' }],
      End: true,
    },
    Rest: { Type: 'Wait', Seconds: 86_400, End: true },
  },
};

async function setUp() {
  const harness = new RoleHarness();
  await harness.register(definition);
  const desk = new ActivityTasks({ ...deskParts(harness), activities: new Set(['paint']) });
  const goOn = async (id: string) =>
    harness.executor({ invoker: desk }).run(await harness.claim(id));
  const start = async (input = {}) => {
    const id = await harness.record(input);
    await goOn(id);
    return id;
  };
  const take = (waitMs = 0, signal = new AbortController().signal) =>
    desk.take({ activity: 'paint', workerName: 'Ann', waitMs, wakes: true, signal });
  return { harness, desk, goOn, start, take };
}

function deskParts({ store, signalRouter, clock, logger }: RoleHarness) {
  return { store, signalRouter, clock, logger };
}

const paintedBy = (command: string) =>
  encodeSignal({ type: 'commandSucceeded', command, result: 'painted' });

describe('work of an activity', () => {
  it('is handed out with its token, and ends with the answer', async () => {
    const { harness, goOn, start, take } = await setUp();
    const id = await start({ wall: 1 });

    const task = await take();
    await goOn(id);
    await harness.signalRouter.send([{ executionId: id, event: paintedBy('2:0') }]);
    await goOn(id);

    expect(task).toMatchObject({ activity: 'paint', executionId: id, input: '{"wall":1}' });
    expect(await harness.typesOf(id)).toEqual([
      ...['ExecutionStarted', 'TaskStateEntered', 'ActivityScheduled', 'ActivityStarted'],
      ...['ActivitySucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
    ]);
  });

  it('is not handed out again after a crash when somebody has it', async () => {
    const { harness, desk, goOn, start, take } = await setUp();
    const id = await start();
    const task = await take();
    await harness.store.scheduleActivity(task ?? (await unreachable()));

    expect(await take()).toBeNull();
    await goOn(id);
    await goOnAfterCrash(harness, desk, id);
    expect(await take()).toBeNull();
  });

  it('is taken back when its time is over', async () => {
    const { harness, goOn, start, take } = await setUp();
    const id = await start();
    await harness.clock.advance(600_000);
    await goOn(id);

    expect(await harness.typesOf(id)).toContain('ActivityTimedOut');
    expect(await harness.store.listActivities()).toEqual([]);
    expect(await take()).toBeNull();
  });

  it('counts heartbeats from when it was taken up', async () => {
    const { harness, goOn, start, take } = await setUp();
    const id = await start();
    await harness.clock.advance(300_000);
    await take();

    expect(await goOn(id)).toEqual({ kind: 'suspended', dueInMs: 60_000 });
  });
});

describe('asking for work', () => {
  it('waits until some comes', async () => {
    const { harness, start, take } = await setUp();
    let answer: unknown;
    const asking = take(60_000).then((task) => {
      answer = task;
    });
    await settle();
    expect(answer).toBeUndefined();

    const id = await start();
    await harness.clock.advance(500);
    await asking;

    expect(answer).toMatchObject({ executionId: id });
  });

  it('ends with nothing when the time is over, or whoever asked has gone', async () => {
    const { harness, take } = await setUp();
    const gone = new AbortController();
    const waiting = [take(2_000), take(60_000, gone.signal)];

    gone.abort();
    await harness.clock.advance(2_000);

    expect(await Promise.all(waiting)).toEqual([null, null]);
    expect(harness.clock.pendingTimers).toBe(0);
  });
});

describe('an activity that nobody has named', () => {
  it('is refused before anything runs', async () => {
    const { desk } = await setUp();

    expect(desk.refusal({ resource })).toBeNull();
    expect(desk.refusal({ resource: resource.replace('paint', 'pant') })).toContain(
      "no activity is named 'pant' (known: paint",
    );
  });
});

function unreachable(): Promise<never> {
  return Promise.reject(new Error('the work was there'));
}

/** Goes on with an execution whose worker was lost. */
async function goOnAfterCrash(
  harness: RoleHarness,
  desk: ActivityTasks,
  id: string,
): Promise<void> {
  await harness.store.signal([{ executionId: id, event: '{"type":"timersDue"}' }], true);
  await harness.claim(id, 'crashes');
  await harness.store.endLease('crashes');
  await harness.executor({ invoker: desk }).run(await harness.claim(id, 'follows'));
}
