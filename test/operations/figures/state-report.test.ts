/** Reports on the states and failures of batches and machines. */
import { describe, expect, it } from 'vitest';
import { getBatchFailures } from '../../../lib/operations/figures/failure-report.ts';
import { getBatchStates, getMachineStates } from '../../../lib/operations/figures/state-report.ts';
import { figuresOf, step } from '../../contracts/store/figure-harness.ts';
import { checkpoint, ending } from '../../contracts/store/store-harness.ts';
import { openFigures } from './figure-app.ts';

const names = ['Load', 'Lines', 'Both', 'Each', 'Price', 'Ship'];

describe('the states of a batch', () => {
  it('open executions, those in no state, and ended ones add up to all that were created', async () => {
    const { context, store, clock, batchId, claimed } = await openFigures(5);
    const [first, second, third] = claimed;
    const inLines = figuresOf(batchId, {
      Lines: { current: 1, entered: 1 },
      Price: { current: 3, entered: 3 },
    });
    const failed = figuresOf(batchId, { Load: { failed: 1, entered: 1 } });
    const sums = {
      series: [],
      times: [{ scope: `b:${batchId}`, state: 'Load', took: '{"17":99,"30":1}' }],
    };
    if (!first || !second || !third) throw new Error('no executions');

    await store.commit([step(first, inLines), step(second, inLines)], sums);
    await store.commit([ending(third, 'FAILED', { figures: failed })]);

    const report = await getBatchStates(context, batchId);
    expect(report).toMatchObject({
      asOf: clock.now(),
      exactness: 'exact',
      notBegunOrReopened: 2,
      ended: { SUCCEEDED: 0, FAILED: 1, TIMED_OUT: 0, ABORTED: 0 },
    });
    expect(report.states.map(({ name }) => name)).toEqual(names);
    const [load, lines, , , price] = report.states;
    expect(load).toMatchObject({ current: 0, failed: 1, tookMs: { p50: 111, p95: 111, p99: 111 } });
    expect(lines).toMatchObject({ current: 2, tookMs: null });
    expect(price).toMatchObject({ current: 6, entered: 6 });
  });

  it('a batch that ended before figures were kept has none', async () => {
    const { context, store, batchId, claimed } = await openFigures(1);
    await store.commit(claimed.map((one) => ending(one)));

    expect(await getBatchStates(context, batchId)).toMatchObject({ exactness: 'none' });
  });

  it('counts that a crash has left below zero are shown as none', async () => {
    const { context, store, batchId, claimed } = await openFigures(1);
    const figures = figuresOf(batchId, { Load: { current: -1 } });
    await store.commit(claimed.map((one) => step(one, figures)));

    const { states, notBegunOrReopened } = await getBatchStates(context, batchId);

    expect(states[0]).toMatchObject({ name: 'Load', current: 0 });
    expect(notBegunOrReopened).toBe(1);
  });

  it('the states are sampled from the snapshots of open executions where no figures are kept', async () => {
    const { context, store, batchId, claimed } = await openFigures(3, { measure: 'off' });
    const snapshot = JSON.stringify({
      version: 1,
      status: 'RUNNING',
      root: { state: 'Both', doing: { kind: 'task' } },
    });
    await store.commit(claimed.slice(0, 2).map((one) => checkpoint(one, { snapshot })));

    const report = await getBatchStates(context, batchId);

    expect(report).toMatchObject({ exactness: 'sampled', notBegunOrReopened: 1 });
    expect(report.states.map(({ current }) => current)).toEqual([0, 0, 2, 0, 0, 0]);
  });

  it('an ended batch has no states where no figures are kept', async () => {
    const { context, store, batchId, claimed } = await openFigures(1, { measure: 'off' });
    await store.commit(claimed.map((one) => ending(one)));

    expect(await getBatchStates(context, batchId)).toMatchObject({
      exactness: 'none',
      notBegunOrReopened: 0,
      ended: { SUCCEEDED: 1 },
      states: [],
    });
  });

  it('an unknown batch is refused', async () => {
    const { context } = await openFigures(0);

    await expect(getBatchStates(context, 'none')).rejects.toMatchObject({ code: 'UNKNOWN_BATCH' });
    await expect(getBatchFailures(context, 'none', 1)).rejects.toMatchObject({
      code: 'UNKNOWN_BATCH',
    });
  });
});

describe('the states of a machine', () => {
  it('the executions of a version that belong to no batch are reported', async () => {
    const { context, store, batchId, claimed } = await openFigures(1);
    const figures = { ...figuresOf(batchId, { Load: { entered: 7 } }), scope: 'm:orders@1' };
    await store.commit(claimed.map((one) => step(one, figures)));

    const report = await getMachineStates(context, 'orders');

    expect(report.version).toBe(1);
    expect(report.states[0]).toMatchObject({ name: 'Load', entered: 7 });
    expect(report.states.map(({ name }) => name)).toEqual(names);
    await expect(getMachineStates(context, 'orders', 2)).rejects.toMatchObject({
      code: 'UNKNOWN_MACHINE',
    });
  });
});

describe('the failures of a batch', () => {
  it('failures that are not listed are counted together', async () => {
    const { context, store, batchId, claimed } = await openFigures(6);
    const errors = ['Busy', 'Busy', 'Busy', '(other)', '(other)', 'Gone'];
    for (const [index, one] of claimed.entries()) {
      const failure = { error: errors[index] ?? '', state: 'Load' };
      await store.commit([ending(one, 'FAILED', { figures: figuresOf(batchId, {}, failure) })]);
    }

    const all = await getBatchFailures(context, batchId, 50);
    const one = await getBatchFailures(context, batchId, 1);

    expect(all.rows.map(({ error, count }) => [error, count])).toEqual([
      ['Busy', 3],
      ['Gone', 1],
    ]);
    expect(all.other).toBe(2);
    expect(one).toMatchObject({ rows: [{ error: 'Busy' }], other: 3 });
  });
});
