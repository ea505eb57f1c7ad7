/** Starts as Step Functions lists them, stops, redrives and map runs. */
import { expect } from 'vitest';
import { type Clause, create, createEnded, newExecution, nextId } from './store-harness.ts';

/** Defines the clauses about what the API of Step Functions asks of executions. */
export function startClauses(clause: Clause): void {
  clause('executions are listed by start, with what selects them', async ({ store }) => {
    const started = [
      newExecution({ versionNumber: 1, alias: 'live' }),
      newExecution({ versionNumber: 2 }),
      newExecution({ machineId: 'other' }),
      newExecution(),
    ];
    await create(store, ...started);
    const ended = await createEnded(store, 'FAILED');
    const ids = async (filter: Parameters<typeof store.listByStart>[0]) =>
      (await store.listByStart(filter, { limit: 10 })).entries.map(({ id }) => id);
    const [one, two, , four] = started.map(({ id }) => id);

    expect(await ids({ machineId: 'orders' })).toEqual([ended, four, two, one]);
    expect(await ids({ machineId: 'orders', versionNumber: 2 })).toEqual([two]);
    expect(await ids({ machineId: 'orders', alias: 'live' })).toEqual([one]);
    expect(await ids({ machineId: 'orders', statuses: ['FAILED'] })).toEqual([ended]);
    expect(await ids({ machineId: 'orders', redriven: true })).toEqual([]);
    const page = await store.listByStart({ machineId: 'orders' }, { limit: 1 });
    const next = await store.listByStart(
      { machineId: 'orders' },
      { limit: 3, cursor: page.next ?? '' },
    );
    expect(next.entries.map(({ id }) => id)).toEqual([four, two, one]);
    expect(next.next).toBeNull();
    expect(await store.getExecution(one ?? '')).toMatchObject({
      versionNumber: 1,
      alias: 'live',
      redrives: 0,
      redrivenAt: null,
      mockCase: null,
    });
  });

  clause(
    'executions are listed by their end, else by their last start',
    async ({ store, clock }) => {
      const redriven = await createEnded(store, 'FAILED');
      await clock.advance(5);
      const [running = ''] = await create(store, newExecution());
      await clock.advance(5);
      const ended = await createEnded(store);
      const [last = ''] = await create(store, newExecution());
      const ids = async (cursor: string | null) => {
        const request = { limit: 2, ...(cursor !== null && { cursor }) };
        const { entries, next } = await store.listByStart({ machineId: 'orders' }, request);
        return { ids: entries.map(({ id }) => id), next };
      };
      await clock.advance(5);
      await store.redriveOnce({ executionId: redriven, clientToken: null, tokenMs: 1 });

      const first = await ids(null);
      const second = await ids(first.next);

      expect([...first.ids, ...second.ids]).toEqual([redriven, last, ended, running]);
      expect(second.next).toBeNull();
    },
  );

  clause('the name of an execution is free when it ended long ago', async ({ store, clock }) => {
    const name = 'nightly';
    const ended = await createEnded(store, 'SUCCEEDED', { name });
    const [running = ''] = await create(store, newExecution());
    await clock.advance(1_000);
    const again = newExecution({ name });

    expect(await store.releaseName(ended, 1_001)).toBe(false);
    expect(await store.releaseName(running, 0)).toBe(false);
    expect(await store.releaseName(ended, 1_000)).toBe(true);
    expect(await store.releaseName(ended, 1_000)).toBe(false);
    const [created] = await store.createExecutions([again], true);
    expect(created).toMatchObject({ id: again.id, created: true });
    expect((await store.getExecution(ended))?.name).toBe(`nightly:${ended}`);
  });

  clause('the first reason of a stop counts', async ({ store }) => {
    const [id = ''] = await create(store, newExecution({ mockCase: '[]', traceHeader: 'Root=1' }));
    const stop = await store.requestStop(id, { error: 'E', cause: 'because' });
    expect(stop).toMatchObject({ executionId: id, isHeld: false });
    await store.requestStop(id, { error: 'Other', cause: null });

    expect(await store.readStopReasons([id])).toEqual([
      { executionId: id, error: 'E', cause: 'because' },
    ]);
    const { claimed } = await store.claim('w', 1_000, [id]);
    expect(claimed[0]).toMatchObject({ abortRequested: true, mockCase: '[]' });
    expect(await store.requestStop(nextId(), { error: null, cause: null })).toBeNull();
  });

  clause('a redrive with the same token happens once', async ({ store, clock }) => {
    const executionId = await createEnded(store, 'FAILED');
    const request = { executionId, clientToken: 'once', tokenMs: 1_000 };
    await clock.advance(5);
    const first = await store.redriveOnce(request);
    expect(first).toMatchObject({ redrivenAt: clock.now(), isRepeat: false, queue: 'default' });
    await clock.advance(5);

    expect(await store.redriveOnce(request)).toEqual({ ...first, isRepeat: true });
    expect(await store.redriveOnce({ ...request, clientToken: null })).toBeNull();
    expect(await store.redriveOnce({ ...request, clientToken: 'two' })).toBeNull();
    expect(await store.getExecution(executionId)).toMatchObject({
      redrives: 1,
      redrivenAt: first?.redrivenAt,
      status: 'PENDING_REDRIVE',
    });
    expect(
      (await store.listByStart({ redriven: true }, { limit: 9 })).entries.map(({ id }) => id),
    ).toEqual([executionId]);
    await clock.advance(1_001);
    expect(await store.redriveOnce(request)).toBeNull();
  });

  clause('map runs are found by their parent, counted and changed', async ({ store, clock }) => {
    const parentExecutionId = nextId();
    const run = (id: string) => ({
      id,
      name: 'orders/Map',
      machineId: 'orders/Map',
      machineVersion: 1,
      source: '{}',
      options: '{}',
      parentExecutionId,
    });
    for (const id of ['one', 'two']) {
      await store.createBatch(run(id));
      await clock.advance(1);
    }
    const child = (batchIndex: number, input: string) =>
      newExecution({ machineId: 'orders/Map', batchId: 'one', batchIndex, input });
    const children = [child(0, '{"Items":[1,2,3]}'), child(1, '{"Items":[4]}'), child(2, '7')];
    const ids = await create(store, ...children);

    const page = await store.listMapRuns(parentExecutionId, { limit: 1 });
    const rest = await store.listMapRuns(parentExecutionId, { limit: 9, cursor: page.next ?? '' });
    expect([...page.entries, ...rest.entries].map(({ batchId }) => batchId)).toEqual([
      'two',
      'one',
    ]);
    expect(await store.countMapRunItems('one', true)).toEqual([
      { status: 'PENDING', begun: false, executions: 3, items: 5 },
    ]);
    expect(await store.readItemCounts([ids[0] ?? ''])).toEqual([{ executionId: ids[0], items: 3 }]);
    expect(
      (await store.listByStart({ batchId: 'one' }, { limit: 9 })).entries.map(({ id }) => id),
    ).toEqual([...ids].reverse());
    expect(await store.updateMapRunLimits('one', { maxConcurrency: 7 })).toBe(true);
    expect(await store.updateMapRunLimits('one', { toleratedPercentage: 12.5 })).toBe(true);
    const changed = { maxConcurrency: 7, toleratedCount: null, toleratedPercentage: 12.5 };
    expect(await store.getMapRun('one')).toMatchObject({ ...changed, redrives: 0 });
    const [leased] = await store.leaseBatches('leader', 1_000, 1, { batchId: 'one' });
    expect(leased).toMatchObject({ ...changed, parentExecutionId });
    await store.transitionBatch({ batchId: 'one', from: ['RUNNING'], to: 'FAILED', reason: null });
    expect(await store.updateMapRunLimits('one', { maxConcurrency: 1 })).toBe(false);
    await store.transitionBatch({
      batchId: 'one',
      from: ['FAILED'],
      to: 'RUNNING',
      reason: null,
      memory: '{}',
    });
    expect(await store.getMapRun('one')).toMatchObject({ redrives: 1, redrivenAt: clock.now() });
    expect(await store.getMapRun('none')).toBeNull();
  });
}
