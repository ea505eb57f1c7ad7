/** One run: a checkpoint before each handler, resumption, and refused checkpoints. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { Checkpoint } from '../../../lib/ports/store/checkpoint-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  HeldHandler,
  oneTask,
  RoleHarness,
  type RoleHarnessOptions,
  typesOfEvents,
} from '../../support/role-harness.ts';
import { settle, until } from '../../support/signal.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const twoTasks = {
  StartAt: 'Work',
  States: {
    Work: { Type: 'Task', Resource: 'work', Next: 'Later' },
    Later: { Type: 'Task', Resource: 'later', End: true },
  },
};

/** A machine that calls `work` `width` times at once, in states with these fields. */
function parallel(width: number, fields: object = {}): object {
  const Branches = Array.from({ length: width }, (_, index) => ({
    StartAt: `Work ${index}`,
    States: { [`Work ${index}`]: { Type: 'Task', Resource: 'work', ...fields, End: true } },
  }));
  return { StartAt: 'All', States: { All: { Type: 'Parallel', Branches, End: true } } };
}

/** A store whose commits wait until the test permits or refuses them. */
class GatedStore {
  readonly waiting: { readonly checkpoint: Checkpoint; readonly open: () => void }[] = [];
  gated = true;
  refusing = false;

  readonly over = (real: Store): Store => ({
    ...real,
    commit: async (checkpoints) => {
      if (this.refusing) return new Set();
      for (const checkpoint of checkpoints) {
        if (!this.gated) continue;
        await new Promise<void>((open) => this.waiting.push({ checkpoint, open }));
      }
      return this.refusing ? new Set() : real.commit(checkpoints);
    },
  });
}

async function setUp(definition: object, options: RoleHarnessOptions = {}) {
  const work = new HeldHandler();
  const later = new HeldHandler();
  const harness = new RoleHarness({
    handlers: { work: work.handler, later: later.handler },
    ...options,
  });
  await harness.register(definition);
  return { harness, work, later };
}

describe('the order of events, checkpoint and effects', () => {
  it('a handler is called only after the database knows that it will be', async () => {
    const gate = new GatedStore();
    const { harness, work } = await setUp(oneTask, { store: gate.over });
    const id = await harness.record({ n: 1 });

    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => gate.waiting.length === 1, 'the first checkpoint');
    await settle();
    expect(work.calls).toEqual([]);
    expect(typesOfEvents(gate.waiting[0]?.checkpoint)).toContain('LambdaFunctionScheduled');
    gate.gated = false;
    gate.waiting[0]?.open();
    await until(() => work.calls.length === 1, 'the call');

    expect(await harness.readEventTypes(id)).toContain('LambdaFunctionScheduled');
    work.answer(0);
    expect(await outcome).toEqual({ kind: 'ended' });
  });

  it('an answer counts only once it is written: the next handler is not called before', async () => {
    const gate = new GatedStore();
    gate.gated = false;
    const { harness, work, later } = await setUp(twoTasks, { store: gate.over });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the first call');

    gate.gated = true;
    work.answer(0, { answered: true });
    await until(() => gate.waiting.length === 1, 'the checkpoint with the answer');
    await settle();
    expect(later.calls).toEqual([]);
    expect(typesOfEvents(gate.waiting[0]?.checkpoint)).toContain('LambdaFunctionSucceeded');
    gate.gated = false;
    gate.waiting[0]?.open();
    await until(() => later.calls.length === 1, 'the second call');

    expect(later.calls[0]?.input).toEqual({ answered: true });
    later.answer(0);
    await outcome;
  });

  it('a drain during a checkpoint leaves its handler uncalled', async () => {
    const gate = new GatedStore();
    const { harness, work } = await setUp(oneTask, { store: gate.over });
    const id = await harness.record();
    const executor = harness.executor();
    const outcome = executor.run(await harness.claim(id));
    await until(() => gate.waiting.length === 1, 'the checkpoint');

    executor.drain();
    gate.gated = false;
    gate.waiting[0]?.open();

    expect(await outcome).toEqual({ kind: 'released' });
    expect(work.calls).toEqual([]);
  });

  it('the answers of three calls that arrive together are written together', async () => {
    const gate = new GatedStore();
    const { harness, work } = await setUp(parallel(3), { store: gate.over });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => gate.waiting.length === 1, 'the first checkpoint');
    gate.waiting[0]?.open();
    await until(() => work.calls.length === 3, 'three calls');

    for (const index of [0, 1, 2]) work.answer(index);
    await until(() => gate.waiting.length === 2, 'the second checkpoint');
    gate.waiting[1]?.open();

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(gate.waiting).toHaveLength(2);
  });

  it('answers that take much work are processed in several rounds, with a pause after each', async () => {
    const { harness, work } = await setUp(
      parallel(3, { ResultSelector: { 'found.$': '$.x[?(@ in $.y)]' } }),
    );
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 3, 'three calls');
    const large = { x: Array(1_000).fill(0), y: Array(1_100).fill(1) };

    for (const index of [0, 1, 2]) work.answer(index, large);
    await settle();
    expect(await harness.readStatus(id)).toBe('RUNNING');
    await harness.pass(async () => (await harness.readStatus(id)) !== 'RUNNING', 'the end', 1);

    expect(await outcome).toEqual({ kind: 'ended' });
    const types = await harness.readEventTypes(id);
    expect(types.filter((type) => type === 'TaskStateExited')).toHaveLength(3);
    expect(types.at(-1)).toBe('ExecutionSucceeded');
  });
});

describe('a refused checkpoint', () => {
  it('a refused checkpoint aborts the handlers, and nothing more is written', async () => {
    const gate = new GatedStore();
    gate.gated = false;
    const { harness, work } = await setUp(parallel(2), { store: gate.over });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 2, 'both calls');
    const before = await harness.readHistory(id);

    gate.refusing = true;
    work.answer(0);

    expect(await outcome).toEqual({ kind: 'lost' });
    expect(work.calls[1]?.context.signal.aborted).toBe(true);
    gate.refusing = false;
    work.answer(1);
    await settle();
    expect(await harness.readHistory(id)).toEqual(before);
  });

  it('a checkpoint of a worker that lost the execution does not affect the newer run', async () => {
    const { harness, work } = await setUp(oneTask);
    const id = await harness.record();
    const stale = harness.executor().run(await harness.claim(id, 'frozen', 1_000));
    await until(() => work.calls.length === 1, 'the first call');
    await harness.clock.advance(2_000);
    const fresh = harness.executor().run(await harness.claim(id, 'awake'));
    await until(() => work.calls.length === 2, 'the second call');

    work.answer(0, { from: 'frozen' });
    expect(await stale).toEqual({ kind: 'lost' });
    work.answer(1, { from: 'awake' });

    expect(await fresh).toEqual({ kind: 'ended' });
    expect((await harness.store.getExecution(id))?.output).toBe('{"from":"awake"}');
  });
});

describe('a resumed execution', () => {
  it('a resumed execution calls an open command again with the same idempotency key, from the last checkpoint', async () => {
    const { harness, work, later } = await setUp(twoTasks);
    const id = await harness.record({ first: 1 });
    void harness.executor().run(await harness.claim(id, 'dies', 1_000));
    await until(() => work.calls.length === 1, 'the first call');
    work.answer(0, { second: 2 });
    await until(() => later.calls.length === 1, 'the second call');
    await harness.clock.advance(2_000);

    const outcome = harness.executor().run(await harness.claim(id, 'lives'));
    await until(() => later.calls.length === 2, 'the second call');

    // The state that succeeded is not run again, and the open state gets the same input.
    expect(work.calls).toHaveLength(1);
    expect(later.calls[1]?.input).toEqual({ second: 2 });
    const [before, after] = later.calls.map(({ context }) => context.idempotencyKey);
    expect(after).toBe(before);
    later.answer(1, 'done');
    expect(await outcome).toEqual({ kind: 'ended' });
    expect((await harness.store.getExecution(id))?.output).toBe('"done"');
  });

  it('a resumed execution does not call a command that has timed out meanwhile', async () => {
    const timed = { ...oneTask.States.Work, TimeoutSeconds: 5 };
    const { harness, work } = await setUp({ StartAt: 'Work', States: { Work: timed } });
    const id = await harness.record();
    const frozen = harness.executor({ clock: new SimulatedClock() });
    void frozen.run(await harness.claim(id, 'dies', 1_000));
    await until(() => work.calls.length === 1, 'the first call');
    await harness.clock.advance(6_000);

    expect(await harness.executor().run(await harness.claim(id, 'lives'))).toEqual({
      kind: 'ended',
    });

    expect(work.calls).toHaveLength(1);
    expect((await harness.store.getExecution(id))?.error).toBe('States.Timeout');
  });

  it('an execution with too many stalls fails and reports how many workers were lost', async () => {
    const { harness, work } = await setUp(oneTask);
    const id = await harness.record();
    for (let lost = 0; lost < 6; lost += 1) {
      const { claimed } = await harness.store.claim(`dies-${lost}`, 1_000, [id], { alone: true });
      for (const execution of claimed) void harness.executor().run(execution);
      await until(() => work.calls.length === lost + 1, 'a call');
      await harness.clock.advance(2_000);
    }

    const outcome = await harness.executor().run(await harness.claim(id, 'last'));

    expect(outcome).toEqual({ kind: 'ended' });
    expect(work.calls).toHaveLength(6);
    const record = await harness.store.getExecution(id);
    expect(record).toMatchObject({ status: 'FAILED', error: 'Millrace.Stalled', stalls: 6 });
    expect(record?.cause).toContain('6 workers were lost');
    expect(await harness.store.countArchive({ taskIds: [id] })).toBe(1);
  });
});

describe('timeouts and sleeps', () => {
  it('the signal of a handler aborts when it takes longer than TimeoutSeconds', async () => {
    const timed = { ...oneTask.States.Work, TimeoutSeconds: 5 };
    const { harness, work } = await setUp({ StartAt: 'Work', States: { Work: timed } });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(4_999);
    expect(work.calls[0]?.context.signal.aborted).toBe(false);
    await harness.clock.advance(1);

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    expect(await harness.readEventTypes(id)).toContain('LambdaFunctionTimedOut');
  });

  it('heartbeats keep a state with HeartbeatSeconds running, and it fails without them', async () => {
    const withHeartbeat = { ...oneTask.States.Work, HeartbeatSeconds: 10 };
    const { harness, work } = await setUp({ StartAt: 'Work', States: { Work: withHeartbeat } });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    for (let count = 0; count < 5; count += 1) {
      await harness.clock.advance(9_000);
      work.calls[0]?.context.heartbeat();
      await settle();
    }
    expect(await harness.readStatus(id)).toBe('RUNNING');
    await harness.clock.advance(10_000);

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });

  it('the heartbeat timeout starts over when a worker was lost', async () => {
    const withHeartbeat = { ...oneTask.States.Work, HeartbeatSeconds: 10 };
    const { harness, work } = await setUp({ StartAt: 'Work', States: { Work: withHeartbeat } });
    const id = await harness.record();
    void harness.executor().run(await harness.claim(id, 'dies', 1_000));
    await until(() => work.calls.length === 1, 'the first call');
    await harness.clock.advance(5_000);
    await harness.claim(id, 'dies too', 1_000);
    await harness.clock.advance(60_000);

    const outcome = harness.executor().run(await harness.claim(id, 'lives'));
    await until(() => work.calls.length === 2, 'the second call');
    work.answer(1, 'done');

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });

  it('an execution ends TIMED_OUT at its machine’s TimeoutSeconds, whatever is running', async () => {
    const { harness, work } = await setUp({ ...oneTask, TimeoutSeconds: 60 });
    const id = await harness.record();
    const outcome = harness.executor().run(await harness.claim(id));
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(60_000);

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('TIMED_OUT');
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
  });

  it('a run waits out short sleeps and suspends for long ones with their due time', async () => {
    const wait = (Seconds: number) => ({
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds, End: true } },
    });
    const { harness } = await setUp(wait(1));
    await harness.register(wait(3_600), 'long');
    const short = await harness.record();
    const long = await harness.record({}, { machineId: 'long' });
    const executor = harness.executor({ holdMs: 1_000 });

    const waited = executor.run(await harness.claim(short));
    await settle();
    expect(await executor.run(await harness.claim(long))).toEqual({
      kind: 'suspended',
      dueInMs: 3_600_000,
    });
    await harness.clock.advance(1_000);

    expect(await waited).toEqual({ kind: 'ended' });
    const record = await harness.store.getExecution(long);
    expect(record).toMatchObject({ status: 'RUNNING', workerId: null });
    expect((record?.dueAt ?? 0) - harness.clock.now()).toBe(3_599_000);
  });
});

describe('documents', () => {
  it('a handler and the execution cannot change each other’s values', async () => {
    const kept: { mutable: Json[] } = { mutable: [1] };
    const { harness } = await setUp(
      {
        StartAt: 'Spoil',
        States: {
          Spoil: { Type: 'Task', Resource: 'spoil', ResultPath: '$.result', Next: 'Look' },
          Look: { Type: 'Task', Resource: 'look', End: true },
        },
      },
      {
        handlers: {
          spoil: (input: { list: number[] }) => {
            input.list.push(99);
            return kept;
          },
          look: (input: Json) => {
            kept.mutable.push('later');
            return input;
          },
        },
      },
    );
    const id = await harness.record({ list: [1, 2] });

    await harness.executor().run(await harness.claim(id));

    expect(JSON.parse((await harness.store.getExecution(id))?.output ?? '')).toEqual({
      list: [1, 2],
      result: { mutable: [1] },
    });
  });

  it('an output that is not an object is stored unchanged', async () => {
    const { harness } = await setUp(oneTask, { handlers: { work: () => [7, 'x', null] } });
    const id = await harness.record(5);

    await harness.executor().run(await harness.claim(id));

    const record = await harness.store.getExecution(id);
    expect([record?.input, record?.output]).toEqual(['5', '[7,"x",null]']);
  });
});
