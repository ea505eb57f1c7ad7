/** Counts of states and failures: what commits add to them. */
import { expect } from 'vitest';
import { addHistograms } from '../../../lib/engine/figures/duration-histogram.ts';
import { assert } from '../../../lib/errors.ts';
import {
  createBatch,
  entersA,
  figuresOf,
  readCounts,
  readTotal,
  step,
  sumOf,
  sums,
} from './figure-harness.ts';
import {
  type Clause,
  checkpoint,
  claimOne,
  createClaimed,
  ending,
  leaseMs,
  sleeping,
} from './store-harness.ts';

/** Defines the clauses about state counts and failures. */
export function figureClauses(clause: Clause): void {
  stateClauses(clause);
  repeatClauses(clause);
  failureClauses(clause);
  sampleClauses(clause);
}

function stateClauses(clause: Clause): void {
  clause('the figures of all checkpoints of a commit are added up by state', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 3);

    await store.commit(claimed.map((one) => step(one, entersA(batchId))));
    await store.commit(
      claimed.slice(0, 2).map((one) =>
        step(
          one,
          figuresOf(batchId, {
            A: { current: -1, caught: 1 },
            B: { current: 1, entered: 1, retried: 2 },
          }),
          2,
        ),
      ),
    );

    const { batch, states } = await store.readStateFigures(`b:${batchId}`);
    expect(batch).toMatchObject({ created: 3, succeeded: 0 });
    expect(states).toEqual([
      { state: 'A', current: 1, entered: 3, failed: 0, caught: 2, retried: 0, took: [] },
      { state: 'B', current: 2, entered: 2, failed: 0, caught: 0, retried: 4, took: [] },
    ]);
  });

  clause('scopes are counted apart, also within one commit', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 1);
    const single = await createClaimed(store);
    const figures = { ...entersA(batchId), scope: 'm:orders@1' };

    await store.commit([
      ...claimed.map((one) => step(one, entersA(batchId))),
      step(single, figures),
    ]);

    expect(await readCounts(store, batchId)).toMatchObject({ A: { current: 1, entered: 1 } });
    const { batch, states } = await store.readStateFigures('m:orders@1');
    expect(batch).toBeNull();
    expect(states).toMatchObject([{ state: 'A', current: 1, entered: 1 }]);
  });

  clause('names of states that no database can store become storable', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 1);
    const figures = figuresOf(batchId, { 'a\0b': { entered: 1 }, 'a\uFFFDb': { entered: 1 } });

    await store.commit(claimed.map((one) => step(one, figures)));

    expect(await readCounts(store, batchId)).toMatchObject({ 'a\uFFFDb': { entered: 2 } });
  });

  clause('an unknown scope has no figures', async ({ store }) => {
    expect(await store.readStateFigures('b:none')).toEqual({ batch: null, states: [] });
  });

  clause('the counts of a commit and its ends are read at one moment', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 2);
    const leavesA = figuresOf(batchId, { A: { current: -1 } });
    await store.commit(claimed.map((one) => step(one, entersA(batchId))));

    await store.commit(claimed.map((one) => ending(one, 'SUCCEEDED', { figures: leavesA })));

    const { batch, states } = await store.readStateFigures(`b:${batchId}`);
    expect(batch).toMatchObject({ created: 2, succeeded: 2 });
    expect(states).toMatchObject([{ state: 'A', current: 0, entered: 2 }]);
  });
}

function repeatClauses(clause: Clause): void {
  clause('figures are added once when a commit is repeated', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 2);
    const group = claimed.map((one) => step(one, entersA(batchId)));
    const ends = claimed.map((one) =>
      ending(one, 'FAILED', {
        events: '[2]',
        firstEventId: 2,
        figures: figuresOf(batchId, { A: { current: -1, failed: 1 } }, { error: 'E', state: 'A' }),
      }),
    );

    for (const each of [group, group, ends, ends]) await store.commit(each);

    expect(await readCounts(store, batchId)).toMatchObject({
      A: { current: 0, entered: 2, failed: 2 },
    });
    expect((await store.readFailures(`b:${batchId}`, 10)).total).toBe(2);
  });

  clause('an end without events adds its figures once, too', async ({ store, clock }) => {
    const { batchId, claimed } = await createBatch(store, 1);
    const figures = figuresOf(batchId, { A: { entered: 1 } });
    const ends = claimed.map((one) => ending(one, 'SUCCEEDED', { figures }));
    const carried = sums([sumOf({ at: clock.now(), ended: 1 })]);

    await store.commit(ends, carried);
    await store.commit(ends, carried);

    expect(await readCounts(store, batchId)).toMatchObject({ A: { entered: 1 } });
    expect(await readTotal(store, {})).toMatchObject([{ ended: 1 }]);
  });

  clause(
    'the figures of the rest are added when a part of a commit is refused',
    async ({ store, clock }) => {
      const { batchId, claimed } = await createBatch(store, 3);
      await clock.advance(leaseMs);
      await claimOne(store, claimed[0]?.id ?? '', 'worker-2');
      const carried = sums([sumOf({ at: clock.now(), started: 3 })]);

      await store.commit(
        claimed.map((one) =>
          step(
            one,
            figuresOf(batchId, { A: { current: 1, entered: 1 } }, { error: 'E', state: 'A' }),
          ),
        ),
        carried,
      );

      expect(await readCounts(store, batchId)).toMatchObject({ A: { current: 2, entered: 2 } });
      expect((await store.readFailures(`b:${batchId}`, 10)).total).toBe(2);
      expect(await readTotal(store, {})).toMatchObject([{ started: 3 }]);
    },
  );

  clause('a commit that was refused in part adds its figures once, too', async (harness) => {
    const { store, clock } = harness;
    const { batchId, claimed } = await createBatch(store, 3);
    const [lost, kept, ended] = claimed;
    assert(lost !== undefined && kept !== undefined && ended !== undefined, 'three are claimed');
    await clock.advance(leaseMs);
    await claimOne(store, lost.id, 'worker-2');
    const leaves = figuresOf(batchId, { A: { entered: 1 } });
    const group = [
      step(lost, entersA(batchId)),
      step(kept, entersA(batchId)),
      ending(ended, 'SUCCEEDED', { figures: leaves }),
    ];

    await store.commit(group);
    await store.commit(group);

    expect(await readCounts(store, batchId)).toMatchObject({ A: { current: 1, entered: 2 } });
  });

  clause('nothing is added when every checkpoint is refused', async ({ store, clock }) => {
    const { batchId, claimed, ids } = await createBatch(store, 1);
    await clock.advance(leaseMs);
    await claimOne(store, ids[0] ?? '', 'worker-2');

    await store.commit(
      claimed.map((one) => step(one, entersA(batchId))),
      sums([sumOf({ at: clock.now(), started: 1 })]),
    );

    expect(await readCounts(store, batchId)).toEqual({});
    expect(await readTotal(store, {})).toEqual([]);
  });

  clause('checkpoints without figures can be in one commit with others', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 1);
    const released = await createClaimed(store);

    await store.commit([
      sleeping(released, 1_000),
      ...claimed.map((one) => step(one, entersA(batchId))),
    ]);

    expect(await readCounts(store, batchId)).toMatchObject({ A: { current: 1 } });
  });

  clause('concurrent commits lose no figures', async ({ store, clock }) => {
    const { batchId, claimed } = await createBatch(store, 60);
    const carried = sums([sumOf({ at: clock.now(), started: 1, took: '{"3":1}' })]);

    await Promise.all(
      Array.from({ length: 6 }, async (_, worker) => {
        for (let from = worker * 10; from < worker * 10 + 10; from += 5) {
          const group = claimed.slice(from, from + 5);
          await store.commit(
            group.map((one) => step(one, entersA(batchId))),
            carried,
          );
        }
      }),
    );

    expect(await readCounts(store, batchId)).toMatchObject({ A: { current: 60, entered: 60 } });
    const [point] = await readTotal(store, { withTook: true });
    expect(point?.started).toBe(12);
    expect(addHistograms(point?.took ?? [])[3]).toBe(12);
  });
}

function failureClauses(clause: Clause): void {
  clause('failures are counted by error and state, the most frequent first', async (harness) => {
    const { store, clock } = harness;
    const { batchId, claimed } = await createBatch(store, 5);
    const startedAt = clock.now();
    const errors = ['Busy', 'Busy', 'Gone', 'Busy', 'Gone'];
    for (const [index, one] of claimed.entries()) {
      const error = errors[index] ?? '';
      const figures = figuresOf(batchId, { A: { failed: 1 } }, { error, state: 'A' });
      await store.commit([ending(one, 'FAILED', { error, cause: `cause ${index}`, figures })]);
      await clock.advance(1_000);
    }

    const { rows, total } = await store.readFailures(`b:${batchId}`, 1);

    expect(total).toBe(5);
    expect(rows).toEqual([
      {
        error: 'Busy',
        state: 'A',
        count: 3,
        firstAt: startedAt,
        lastAt: startedAt + 3_000,
        sample: {
          executionId: claimed[3]?.id,
          name: claimed[3]?.name,
          cause: 'cause 3',
        },
      },
    ]);
  });

  clause('the sample of a failure is null once its execution is deleted', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 1);
    const figures = figuresOf(batchId, { A: { failed: 1 } }, { error: 'E', state: 'A' });
    await store.commit(claimed.map((one) => ending(one, 'FAILED', { figures })));
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'FAILED', reason: null });

    await store.deleteTasks(claimed.map(({ id }) => id));

    const { rows } = await store.readFailures(`b:${batchId}`, 10);
    expect(rows).toMatchObject([{ error: 'E', count: 1, sample: null }]);
  });

  clause('a batch without failures has none', async ({ store }) => {
    expect(await store.readFailures('b:none', 10)).toEqual({
      rows: [],
      total: 0,
      isKnown: false,
    });
  });
}

function sampleClauses(clause: Clause): void {
  clause('the states of open executions can be sampled from their snapshots', async ({ store }) => {
    const { batchId, claimed } = await createBatch(store, 4);
    const inState = (state: string) => {
      const root = { state, doing: { kind: 'task' } };
      return JSON.stringify({ version: 1, status: 'RUNNING', root });
    };
    const [first, second, third] = claimed;
    if (first === undefined || second === undefined || third === undefined) return;
    await store.commit([
      checkpoint(first, { snapshot: inState('A') }),
      checkpoint(second, { snapshot: inState('A') }),
      ending(third, 'FAILED', { snapshot: inState('B') }),
    ]);

    expect(await store.sampleStates(batchId)).toEqual({
      isComplete: true,
      states: [
        { state: '', count: 1 },
        { state: 'A', count: 2 },
      ],
    });
    expect(await store.sampleStates('none')).toEqual({ isComplete: true, states: [] });
  });
}
