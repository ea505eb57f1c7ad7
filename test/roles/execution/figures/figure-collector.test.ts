/** The sums of a process: when they are written, and what they leave out. */
import { describe, expect, it } from 'vitest';
import { newSnapshot } from '../../../../lib/engine/snapshot.ts';
import type { Transition } from '../../../../lib/engine/transition.ts';
import type { Checkpoint } from '../../../../lib/ports/store/checkpoint-store.ts';
import type { ProcessSums } from '../../../../lib/ports/store/figures/step-figures.ts';
import type { Store } from '../../../../lib/ports/store/store.ts';
import { createCheckpoint } from '../../../../lib/roles/execution/checkpoint-plan.ts';
import { Committer } from '../../../../lib/roles/execution/committer.ts';
import { FigureCollector } from '../../../../lib/roles/execution/figures/figure-collector.ts';
import type {
  Lane,
  MeasuredCheckpoint,
  MeasuredStep,
} from '../../../../lib/roles/execution/figures/measured-step.ts';
import { RunFigures } from '../../../../lib/roles/execution/figures/run-figures.ts';
import { createClaimedExecution } from '../../../support/claimed-execution.ts';
import { oneTask, RoleHarness, unavailable } from '../../../support/role-harness.ts';
import { SimulatedClock } from '../../../support/simulated-clock.ts';

const start = Date.UTC(2026, 0, 1);
const lane: Lane = { queue: 'high', machineId: 'orders', batchId: 'b1' };

/** Returns a checkpoint with the end of an execution. */
function ended(changes: Partial<MeasuredStep> = {}): MeasuredCheckpoint {
  const measured: MeasuredStep = {
    scope: 'b:b1',
    states: [],
    failure: null,
    lane,
    isStart: true,
    end: 'SUCCEEDED',
    tookMs: 100,
    retries: 0,
    isArchived: false,
    exits: [],
    ...changes,
  };
  return { ...createCheckpoint(createClaimedExecution(), { events: '[]' }), measured };
}

const total = (sums: ProcessSums | null) => {
  return sums?.series.filter(({ kind }) => kind === 'total') ?? [];
};

function setUp(options: { readonly mayFreeze?: boolean } = {}) {
  const clock = new SimulatedClock(start);
  return { clock, figures: new FigureCollector({ clock, ...options }) };
}

describe('the sums of a process', () => {
  it('the sums of a time slot go with the first commit after its end, once', async () => {
    const { clock, figures } = setUp();
    figures.begin(lane);
    figures.record([ended()]);
    expect(figures.take([ended()])).toBeNull();
    await clock.advance(10_000);

    const sums = figures.take([ended()]);

    expect(sums?.series.map(({ kind, key }) => [kind, key])).toEqual([
      ['total', ''],
      ['queue', 'high'],
      ['machine', 'orders'],
      ['batch', 'b1'],
    ]);
    for (const sum of sums?.series ?? []) {
      expect(sum).toMatchObject({ at: start, started: 1, ended: 1, succeeded: 1, received: 1 });
    }
    expect(figures.take([ended()])).toBeNull();
  });

  it('each kind of step counts in its own figure', async () => {
    const { clock, figures } = setUp();
    figures.record([ended({ end: null, retries: 2 })]);
    figures.record([ended({ end: 'TIMED_OUT', isStart: false, isArchived: true })]);
    figures.record([ended({ end: null, isStart: false })]);
    await clock.advance(10_000);

    expect(total(figures.take([ended()]))).toEqual([
      {
        kind: 'total',
        key: '',
        at: start,
        started: 1,
        ended: 1,
        succeeded: 0,
        failed: 1,
        retried: 2,
        archived: 1,
        received: 0,
        took: '{"17":1}',
      },
    ]);
  });

  it('sums that could not be written go with a later commit, in their own time slot', async () => {
    const { clock, figures } = setUp();
    figures.record([ended()]);
    await clock.advance(10_000);
    const sums = figures.take([ended()]);
    if (sums !== null) figures.giveBack(sums);
    figures.record([ended()]);
    await clock.advance(10_000);

    expect(total(figures.take([ended()])).map(({ at, ended: count }) => [at, count])).toEqual([
      [start, 1],
      [start + 10_000, 1],
    ]);
  });

  it('sums never go with a group that could be repeated unnoticed', async () => {
    const { clock, figures } = setUp();
    figures.record([ended()]);
    await clock.advance(10_000);
    const released = createCheckpoint(createClaimedExecution(), { lease: 'release' });

    expect(figures.take([released])).toBeNull();
    expect(figures.take([released, ended()])).not.toBeNull();
  });

  it('the sums of a process that may freeze go with the last commit of what it runs', () => {
    const { figures } = setUp({ mayFreeze: true });
    figures.begin(lane);
    figures.begin(lane);
    const [first, second] = [ended(), ended()];
    expect(figures.take([first])).toBeNull();
    figures.record([first]);
    figures.finish();

    expect(total(figures.take([second]))).toMatchObject([{ ended: 2, received: 2 }]);
    figures.record([second]);
    figures.finish();

    figures.begin(lane);
    expect(total(figures.take([ended()]))).toMatchObject([{ ended: 1, received: 1 }]);
  });

  it('the times in states go with the sums', async () => {
    const { clock, figures } = setUp();
    const exits = [
      { kind: 'exited', state: 'A', ms: 100 },
      { kind: 'exited', state: 'A', ms: 1 },
    ] as const;
    figures.record([ended({ end: null, exits })]);
    await clock.advance(10_000);

    expect(figures.take([ended()])?.times).toEqual([
      { scope: 'b:b1', state: 'A', took: '{"0":1,"17":1}' },
    ]);
  });

  it('a process keeps fifty names of errors of a batch apart', () => {
    const { figures } = setUp();
    const names = Array.from({ length: 60 }, (_, index) => figures.limitError('b:b1', `E${index}`));

    expect(new Set(names).size).toBe(51);
    expect(names.slice(50)).toEqual(new Array(10).fill('(other)'));
    expect(figures.limitError('b:b1', 'E3')).toBe('E3');
    expect(figures.limitError('b:b2', 'E59')).toBe('E59');
  });

  it('hostile numbers of batches make no more than fifty series of a kind', async () => {
    const { clock, figures } = setUp();
    for (let index = 0; index < 2_000; index += 1) {
      figures.record([ended({ lane: { ...lane, batchId: `b${index}` } })]);
    }
    await clock.advance(10_000);

    const sums = figures.take([ended()]);

    expect(total(sums)).toMatchObject([{ ended: 2_000 }]);
    expect(sums?.series.filter(({ kind }) => kind === 'batch')).toHaveLength(50);
  });
});

describe('the figures of a run', () => {
  const claimed = createClaimedExecution({ batchId: 'b1', batchIndex: 0 });
  const result: Transition = {
    snapshot: { ...newSnapshot(), status: 'RUNNING' },
    effects: [],
    history: [],
    marks: [],
    work: 0,
  };
  const released = createCheckpoint(claimed, { lease: 'release' });

  it('a released run of an EXPRESS machine adds nothing, as it starts over', () => {
    const machine = { type: 'EXPRESS' } as never;
    const run = new RunFigures(setUp().figures, { claimed, machine });
    run.add(newSnapshot(), result);

    expect(run.measure(released, result.snapshot, start)).toBe(released);
  });

  it('a checkpoint that no transition came before is left as it is', () => {
    const machine = { type: 'STANDARD' } as never;
    const run = new RunFigures(setUp().figures, { claimed, machine });

    expect(run.measure(released, newSnapshot(), start)).toBe(released);
  });
});

/** Runs an execution of `oneTask`, of which the task fails when the input says so. */
async function runOne(type: 'STANDARD' | 'EXPRESS', input: object, batchId?: string) {
  const written: { checkpoint: Checkpoint; sums: ProcessSums | null | undefined }[] = [];
  let outages = 0;
  const harness = new RoleHarness({
    handlers: {
      work: ({ fails }: { readonly fails?: boolean }) => {
        if (fails) throw new Error('asked to');
        return 1;
      },
    },
    store: (real): Store => ({
      ...real,
      commit: async (group, sums) => {
        if (outages > 0) {
          outages -= 1;
          throw unavailable();
        }
        for (const checkpoint of group) written.push({ checkpoint, sums });
        return real.commit(group, sums);
      },
    }),
  });
  await harness.register(oneTask, 'machine', type);
  const figures = new FigureCollector(harness);
  const committer = new Committer({ ...harness, figures, retryMsMax: 1_000 });
  const executor = harness.executor({ figures, committer });
  const run = async (more: object = {}) => {
    const id = await harness.record(
      { ...input, ...more },
      batchId ? { batchId, batchIndex: 0 } : {},
    );
    await executor.run(await harness.claim(id));
    return id;
  };
  const fail = (times: number) => {
    outages = times;
  };
  return { harness, run, fail, written };
}

describe('the figures of an execution', () => {
  it('an EXPRESS execution counts its states with its only checkpoint', async () => {
    const { harness, run, written } = await runOne('EXPRESS', { fails: true }, 'b1');

    const id = await run();

    expect(written).toHaveLength(1);
    const { states } = await harness.store.readStateFigures('b:b1');
    expect(states).toMatchObject([{ state: 'Work', current: 0, entered: 1, failed: 1 }]);
    const { rows } = await harness.store.readFailures('b:b1', 10);
    expect(rows).toMatchObject([{ error: 'Error', state: 'Work', sample: { executionId: id } }]);
  });

  it('an execution without a batch counts in the version of its machine', async () => {
    const { harness, run } = await runOne('STANDARD', {});

    await run();

    const { states } = await harness.store.readStateFigures('m:machine@1');
    expect(states).toMatchObject([{ state: 'Work', current: 0, entered: 1, failed: 0 }]);
  });

  it('sums survive an outage of the store, and are written once', async () => {
    const { harness, run, fail, written } = await runOne('STANDARD', {});
    await run();
    await harness.clock.advance(10_000);
    fail(10);
    const lost = run({ second: true });
    lost.catch(() => {});
    await harness.pass(() => false, 'the outage ends', 100, 30).catch(() => {});
    await expect(lost).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    fail(0);
    written.length = 0;

    await run({ third: true });

    const sums = written.flatMap((each) => total(each.sums ?? null));
    expect(sums.filter(({ at }) => at === start)).toMatchObject([{ started: 1, succeeded: 1 }]);
  });
});
