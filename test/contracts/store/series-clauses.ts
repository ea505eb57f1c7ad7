/** Series, gauges and overviews, and how figures are kept small. */
import { expect } from 'vitest';
import { addHistograms, encodeHistogram } from '../../../lib/engine/figures/duration-histogram.ts';
import {
  carry,
  createBatch,
  entersA,
  figuresOf,
  hourMs,
  readCounts,
  readTotal,
  step,
  sumOf,
  sums,
} from './figure-harness.ts';
import {
  batchExecutions,
  type Clause,
  claimOne,
  create,
  createEnded,
  ending,
  leaseMs,
  newBatch,
} from './store-harness.ts';

/** Defines the clauses about series and overviews. */
export function seriesClauses(clause: Clause): void {
  slotClauses(clause);
  foldClauses(clause);
  overviewClauses(clause);
}

function slotClauses(clause: Clause): void {
  clause('the sums of processes are added by series and time slot', async ({ store, clock }) => {
    const at = Math.floor(clock.now() / 10_000) * 10_000;
    const machine = { kind: 'machine', key: 'orders' } as const;
    await carry(store, sums([sumOf({ at, ended: 2, took: '{"1":2}' }), sumOf({ at, ...machine })]));
    await carry(store, sums([sumOf({ at, ended: 3, took: '{"1":1,"40":2}' })]));
    await carry(store, sums([sumOf({ at: at + 10_000, ended: 5 })]));

    const found = await readTotal(store, { from: at, stepMs: 10_000, withTook: true });

    expect(found).toMatchObject([
      { key: '', slot: 0, ended: 5, depth: null },
      { key: '', slot: 1, ended: 5, took: [] },
    ]);
    expect(encodeHistogram(addHistograms(found[0]?.took ?? []))).toBe('{"1":3,"40":2}');
    expect(await readTotal(store, { from: at, stepMs: 20_000 })).toMatchObject([
      { slot: 0, ended: 10, took: [] },
    ]);
  });

  clause('sums that no commit takes are added to those of commits', async ({ store, clock }) => {
    const at = Math.floor(clock.now() / 10_000) * 10_000;
    await carry(store, sums([sumOf({ at, ended: 2, took: '{"1":2}' })]));

    await store.addSums(
      sums(
        [sumOf({ at, ended: 3, took: '{"1":1}' })],
        [{ scope: 'b:batch', state: 'A', took: '{"2":1}' }],
      ),
    );
    await store.addSums(sums([]));

    const found = await readTotal(store, { from: at, stepMs: 10_000, withTook: true });
    expect(found).toMatchObject([{ key: '', slot: 0, ended: 5 }]);
    expect(encodeHistogram(addHistograms(found[0]?.took ?? []))).toBe('{"1":3}');
  });

  clause('a series is read by key, and between two times', async ({ store }) => {
    const queue = { kind: 'queue', started: 1 } as const;
    await carry(
      store,
      sums([
        sumOf({ ...queue, at: 0, key: 'high' }),
        sumOf({ ...queue, at: 10_000, key: 'high' }),
        sumOf({ ...queue, at: 10_000, key: 'low' }),
        sumOf({ ...queue, at: 20_000, key: 'low' }),
      ]),
    );
    const range = { kind: 'queue', from: 10_000, to: 20_000, stepMs: 10_000 } as const;

    expect(await readTotal(store, { ...range, key: null })).toMatchObject([
      { key: 'high', slot: 0, started: 1 },
      { key: 'low', slot: 0, started: 1 },
    ]);
    expect(await readTotal(store, { ...range, key: 'low' })).toMatchObject([{ key: 'low' }]);
    expect(await readTotal(store, { ...range, key: 'none' })).toEqual([]);
  });

  clause('times in states are added up by state', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 1);
    await store.commit(claimed.map((one) => step(one, entersA(batchId))));
    const times = (took: string) => [{ scope: `b:${batchId}`, state: 'A', took }];

    await carry(store, sums([], times('{"5":1}')));
    await carry(store, sums([], times('{"5":2,"6":1}')));

    const took = (await readCounts(store, batchId)).A?.took ?? [];
    expect(encodeHistogram(addHistograms(took))).toBe('{"5":3,"6":1}');
  });

  clause('the highest values of the gauges in one time slot count', async ({ store, clock }) => {
    const from = Math.floor(clock.now() / 10_000) * 10_000;
    const gauges = (depth: number, oldestMs: number, workers: number) => ({
      queues: [
        { queue: 'high', depth, oldestMs },
        { queue: 'low', depth: 1, oldestMs: 0.4 },
      ],
      workers,
      busy: 7,
    });
    await store.recordGauges(gauges(5, 100, 2));
    await store.recordGauges(gauges(3, 900, 1));

    const range = { from, stepMs: 10_000 };

    expect(await readTotal(store, range)).toMatchObject([
      { slot: 0, depth: 6, oldestMs: 900, workers: 2, busy: 7, ended: 0 },
    ]);
    expect(await readTotal(store, { ...range, kind: 'queue', key: null })).toMatchObject([
      { key: 'high', depth: 5, oldestMs: 900, workers: null },
      { key: 'low', depth: 1, oldestMs: 0 },
    ]);
  });

  clause('gauges of a deployment without queues are zeros', async ({ store }) => {
    await store.recordGauges({ queues: [], workers: 0, busy: 0 });

    expect(await readTotal(store, {})).toMatchObject([{ depth: 0, oldestMs: 0, workers: 0 }]);
  });
}

function foldClauses(clause: Clause): void {
  clause('folding keeps every sum, and the highest gauge', async ({ store, clock }) => {
    const at = Math.floor(clock.now() / hourMs) * hourMs;
    for (let slot = 0; slot < 12; slot += 1) {
      const took = slot % 2 === 0 ? '{"7":1}' : null;
      await carry(store, sums([sumOf({ at: at + slot * 10_000, ended: slot, took })]));
    }
    await store.recordGauges({
      queues: [{ queue: 'low', depth: 4, oldestMs: 1 }],
      workers: 3,
      busy: 1,
    });
    const range = { from: at, to: at + hourMs, stepMs: hourMs, withTook: true };
    const [before] = await readTotal(store, range);

    for (const days of [0.2, 3]) {
      await clock.advance(days * 24 * hourMs);
      while ((await store.foldFigures(90 * 24 * hourMs, 5)) > 0) {}
      const [after] = await readTotal(store, range);

      expect(after).toMatchObject({ slot: 0, ended: 66, workers: 3, depth: 4 });
      expect(addHistograms(after?.took ?? [])).toEqual(addHistograms(before?.took ?? []));
    }
    expect(await readTotal(store, { ...range, stepMs: 10_000 })).toHaveLength(1);
  });

  clause('folding leaves slots that are read in full detail', async ({ store, clock }) => {
    const at = Math.floor(clock.now() / 10_000) * 10_000;
    await carry(store, sums([sumOf({ at, ended: 1 }), sumOf({ at: at + 10_000, ended: 1 })]));

    expect(await store.foldFigures(90 * 24 * hourMs, 100)).toBe(0);
    expect(await readTotal(store, { from: at, stepMs: 10_000 })).toHaveLength(2);
  });

  clause('slots are deleted after their retention', async ({ store, clock }) => {
    await carry(store, sums([sumOf({ at: clock.now(), ended: 1 })]));
    await clock.advance(2 * hourMs);

    expect(await store.foldFigures(hourMs, 100)).toBe(1);
    expect(await readTotal(store, {})).toEqual([]);
  });

  clause(
    'the counts of an ended batch are folded, and what a crash lost of the current ones is fixed',
    async ({ store, clock }) => {
      const { batchId, claimed } = await createBatch(store, 2);
      const times = [{ scope: `b:${batchId}`, state: 'A', took: '{"2":1}' }];
      await store.commit(
        claimed.map((one) => step(one, entersA(batchId))),
        sums([], times),
      );
      const failure = { error: 'E', state: 'A' };
      await store.commit(
        claimed.map((one) =>
          ending(one, 'FAILED', { figures: figuresOf(batchId, { A: { failed: 1 } }, failure) }),
        ),
      );
      expect(await store.foldFigures(hourMs, 10)).toBe(0);
      await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'FAILED', reason: null });

      expect(await store.foldFigures(hourMs, 10)).toBe(1);

      expect(await readCounts(store, batchId)).toMatchObject({
        A: { current: 0, entered: 2, failed: 2, took: [expect.any(String)] },
      });
      expect(await store.readFailures(`b:${batchId}`, 10)).toMatchObject({ total: 2 });
      expect(await store.foldFigures(hourMs, 10)).toBe(0);
      await clock.advance(hourMs + 1);
      expect(await store.foldFigures(hourMs, 10)).toBeGreaterThan(0);
      expect(await readCounts(store, batchId)).toEqual({});
      expect(await store.readFailures(`b:${batchId}`, 10)).toMatchObject({ total: 0 });
    },
  );

  clause('figures of an execution redriven after the folding are added', async ({ store }) => {
    const { batchId, claimed, ids } = await createBatch(store, 1);
    const leaves = figuresOf(batchId, { A: { entered: 1, failed: 1 } }, { error: 'E', state: 'A' });
    await store.commit(claimed.map((one) => ending(one, 'FAILED', { figures: leaves })));
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'FAILED', reason: null });
    await store.foldFigures(hourMs, 10);
    await store.redriveExecutions(ids);

    await store.commit([step(await claimOne(store, ids[0] ?? ''), entersA(batchId), 9)]);

    // The batch has an open execution again: its current counts are not to be reset.
    expect(await store.foldFigures(hourMs, 10)).toBe(0);
    expect(await readCounts(store, batchId)).toMatchObject({
      A: { current: 1, entered: 2, failed: 1 },
    });
  });
}

function overviewClauses(clause: Clause): void {
  clause('an overview has open batches, workers, queues and the last hour', async (harness) => {
    const { store, clock } = harness;
    const at = Math.floor(clock.now() / 10_000) * 10_000;
    const { batchId } = await createBatch(store, 2);
    const ended = await store.createBatch(newBatch());
    await store.transitionBatch({
      batchId: ended.id,
      from: ['RUNNING'],
      to: 'SUCCEEDED',
      reason: null,
    });
    await store.createBatch(newBatch({ machineId: 'orders/Map' }));
    await create(store, ...batchExecutions('waiting', 0, 1));
    await store.heartbeat('worker-1', leaseMs, '{"role":"worker"}');
    await createEnded(store, 'FAILED', {}, { archiveReason: 'exhausted' });
    await carry(store, sums([sumOf({ at, ended: 3, failed: 1, archived: 1 })]));
    await store.recordGauges({
      queues: [{ queue: 'default', depth: 9, oldestMs: 1 }],
      workers: 1,
      busy: 2,
    });
    await clock.advance(5_000);

    const overview = await store.readOverview();

    expect(overview).toMatchObject({
      now: clock.now(),
      batches: [{ id: batchId, status: 'RUNNING', reason: null, created: 2, succeeded: 0 }],
      lastHour: { ended: 3, failed: 1, archived: 1 },
      archived: 1,
      workers: [{ about: '{"role":"worker"}', alive: true, running: 2 }],
      held: [{ queue: 'default', count: 2 }],
      waits: [{ queue: 'default', oldestMs: 5_000 }],
      queues: [{ queue: 'default', at, depth: 9, received: 0 }],
    });
    await clock.advance(2 * hourMs);
    expect(await store.readOverview()).toMatchObject({
      lastHour: { ended: 0, failed: 0, archived: 0 },
      queues: [],
    });
  });

  clause('the overview of an empty store is empty', async ({ store, clock }) => {
    expect(await store.readOverview()).toEqual({
      now: clock.now(),
      batches: [],
      lastHour: { ended: 0, failed: 0, archived: 0 },
      archived: 0,
      workers: [],
      held: [],
      waits: [],
      queues: [],
    });
  });
}
