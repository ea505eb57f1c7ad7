/** Filtered lists of executions: they look at a bounded number of rows. */
import { expect } from 'vitest';
import type { ExecutionFilter } from '../../../lib/ports/store/execution-queries.ts';
import type { ExecutionSummary } from '../../../lib/ports/store/execution-store.ts';
import type { LookedPage } from '../../../lib/ports/store/page.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  ending,
  newBatch,
  newExecution,
  newExecutions,
  sleeping,
} from './store-harness.ts';

/** Defines the clauses about searches. */
export function searchClauses(clause: Clause): void {
  filterClauses(clause);
  boundClauses(clause);
  scanClauses(clause);
}

/** Reads a list to its end, however few entries its pages have. */
async function readAll(
  read: (page: { limit: number; cursor?: string }) => Promise<LookedPage<ExecutionSummary>>,
  limit: number,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: LookedPage<ExecutionSummary> = await read(
      cursor === null ? { limit } : { limit, cursor },
    );
    ids.push(...page.entries.map(({ id }) => id));
    expect(page.lookedAt.isAll).toBe(page.next === null);
    cursor = page.next;
    pages += 1;
    expect(pages).toBeLessThan(100);
  } while (cursor !== null);
  return ids;
}

/** Creates executions in every status, of two machines, two queues and a batch. */
async function createMany(store: Store): Promise<void> {
  await store.createBatch(newBatch({ id: 'b' }));
  const ofBatch = (index: number) => ({ batchId: 'b', batchIndex: index });
  for (const [index, status] of (
    ['FAILED', 'SUCCEEDED', 'TIMED_OUT', 'ABORTED'] as const
  ).entries()) {
    const failedState = status === 'SUCCEEDED' ? {} : { failedState: `S${index}` };
    await createEnded(store, status, { name: `a-${status}`, ...ofBatch(index) }, failedState);
    await createEnded(store, status, { machineId: 'invoices', queue: 'low' }, failedState);
  }
  await create(store, newExecution({ name: 'a-pending', ...ofBatch(4) }));
  await create(store, newExecution({ machineId: 'invoices', startInMs: 9_000 }));
  await store.createExecutions([newExecution({ name: 'b-unsent', queue: 'low' })], false);
  await createClaimed(store, { name: 'a-held', ...ofBatch(5) });
  const asleep = await createClaimed(store, { name: 'a-asleep' });
  await store.commit([sleeping(asleep, 5_000)]);
  const retried = await createClaimed(store, { name: 'a-retried', ...ofBatch(6) });
  await store.commit([
    { ...sleeping(retried, 5_000), status: 'PENDING_REDRIVE', error: 'Broken', failedState: 'S0' },
  ]);
}

function filterClauses(clause: Clause): void {
  clause('a list has exactly what all conditions select, whatever its walk', async ({ store }) => {
    await createMany(store);
    const all = (await store.listExecutions({}, { limit: 100 })).entries;
    const failed = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
    const open = ['PENDING', 'RUNNING', 'PENDING_REDRIVE'] as const;
    const cases: [ExecutionFilter, (each: ExecutionSummary) => boolean][] = [
      [{}, () => true],
      [{ statuses: ['FAILED'] }, ({ status }) => status === 'FAILED'],
      [{ statuses: failed }, ({ status }) => failed.some((each) => each === status)],
      [{ statuses: open }, ({ status }) => open.some((each) => each === status)],
      [{ statuses: ['SUCCEEDED', 'FAILED'] }, ({ status }) => /SUCC|FAIL/.test(status)],
      [{ statuses: ['RUNNING', 'TIMED_OUT'] }, ({ status }) => /RUNN|TIMED/.test(status)],
      [{ status: 'FAILED', statuses: ['FAILED', 'ABORTED'] }, (e) => e.status === 'FAILED'],
      [{ status: 'FAILED', statuses: ['ABORTED'] }, () => false],
      [{ statuses: [] }, () => false],
      [{ queue: 'low' }, ({ queue }) => queue === 'low'],
      [{ machineId: 'invoices' }, ({ machineId }) => machineId === 'invoices'],
      [{ namePrefix: 'a-' }, ({ name }) => name.startsWith('a-')],
      [{ namePrefix: 'a-', machineId: 'orders', queue: 'default' }, (e) => e.name.startsWith('a-')],
      [{ name: 'a-held' }, ({ name }) => name === 'a-held'],
      [{ error: 'Broken' }, ({ error }) => error === 'Broken'],
      [{ error: 'Broken', statuses: ['SUCCEEDED'] }, () => false],
      [{ endedFrom: 0 }, ({ endedAt }) => endedAt !== null],
      [{ endedBefore: 1 }, () => false],
      [{ batchId: 'b' }, ({ batchId }) => batchId === 'b'],
      [
        { batchId: 'b', statuses: failed },
        (each) => each.batchId === 'b' && failed.some((status) => status === each.status),
      ],
      [{ batchId: 'b', namePrefix: 'a-p' }, ({ name }) => name === 'a-pending'],
      [{ batchId: 'none' }, () => false],
    ];
    for (const [filter, selects] of cases) {
      const expected = all.filter(selects).map(({ id }) => id);
      for (const [limit, rowsMax] of [
        [100, 50_000],
        [2, 50_000],
        [2, 3],
        [5, 1],
      ] as const) {
        const found = await readAll((page) => store.listExecutions(filter, page, rowsMax), limit);
        expect([filter, limit, rowsMax, found]).toEqual([filter, limit, rowsMax, expected]);
      }
    }
  });

  clause('executions are found by the state that they failed in', async ({ store }) => {
    await createMany(store);
    const names = async (failedState: string) =>
      (await store.listExecutions({ failedState, machineId: 'orders' }, { limit: 9 })).entries.map(
        ({ name }) => name,
      );

    expect(await names('S0')).toEqual(['a-retried', 'a-FAILED']);
    expect(await names('S2')).toEqual(['a-TIMED_OUT']);
    expect(await names('S9')).toEqual([]);
  });

  clause('running executions are found by the state that they are in', async ({ store }) => {
    const snapshotOf = (state: string, input: string) =>
      `{"version":1,"status":"RUNNING","root":{"state":${JSON.stringify(state)},"input":${input}}}`;
    const inState = async (name: string, state: string, input = '{}') => {
      const claimed = await createClaimed(store, { name });
      await store.commit([checkpoint(claimed, { snapshot: snapshotOf(state, input) })]);
    };
    await inState('a', 'Charge');
    await inState('b', 'Charge "now"');
    await inState('c', 'Ship', '{"root":{"state":"Charge","input":1}}');
    await createClaimed(store, { name: 'd' });
    const ended = await createClaimed(store, { name: 'e' });
    await store.commit([{ ...ending(ended, 'FAILED'), snapshot: snapshotOf('Charge', '{}') }]);
    await inState('f', 'Charge');
    const names = async (currentState: string, more: ExecutionFilter = {}) =>
      (await store.listExecutions({ currentState, ...more }, { limit: 9 })).entries.map(
        ({ name }) => name,
      );

    expect(await names('Charge')).toEqual(['f', 'a']);
    expect(await names('Charge', { name: 'a' })).toEqual(['a']);
    expect(await names('Charge "now"')).toEqual(['b']);
    expect(await names('Ship')).toEqual(['c']);
    expect(await names('Charge', { statuses: ['FAILED'] })).toEqual([]);
    expect(await names('Cha')).toEqual([]);
  });

  clause('a redriven execution has failed in no state any more', async ({ store }) => {
    const id = await createEnded(store, 'FAILED', {}, { failedState: 'S' });

    await store.redriveExecutions([id]);

    expect((await store.listExecutions({ failedState: 'S' }, { limit: 9 })).entries).toEqual([]);
    expect((await store.listExecutions({ statuses: ['FAILED'] }, { limit: 9 })).entries).toEqual(
      [],
    );
    await store.commit([ending(await claimOne(store, id), 'FAILED', { failedState: 'T' })]);
    const [failed] = (await store.listExecutions({ failedState: 'T' }, { limit: 9 })).entries;
    expect(failed).toMatchObject({ id, status: 'FAILED' });
  });

  clause(
    'the executions of a batch are listed by their index, the last first',
    async ({ store }) => {
      await store.createBatch(newBatch({ id: 'b' }));
      await create(store, ...batchExecutions('b', 10, 3));
      await create(store, ...batchExecutions('b', 0, 3));

      const found = await readAll((page) => store.listExecutions({ batchId: 'b' }, page), 2);

      const all = (await store.listExecutions({ batchId: 'b' }, { limit: 9 })).entries;
      expect(all.map(({ batchIndex }) => batchIndex)).toEqual([12, 11, 10, 2, 1, 0]);
      expect(found).toEqual(all.map(({ id }) => id));
    },
  );

  clause('a list by time of creation starts at that time', async ({ store, clock }) => {
    const [first] = await create(store, newExecution());
    const between = clock.now() + 1;
    await clock.advance(2);
    await create(store, ...newExecutions(3));

    const page = await store.listExecutions({ createdBefore: between }, { limit: 2 });

    expect(page.entries.map(({ id }) => id)).toEqual([first]);
  });
}

function boundClauses(clause: Clause): void {
  clause(
    'a page stops after the rows that it may look at, and says how far back',
    async (harness) => {
      const { store, clock } = harness;
      const times: number[] = [];
      for (let count = 0; count < 7; count += 1) {
        times.push(clock.now());
        await create(store, newExecution({ queue: count === 1 ? 'low' : 'default' }));
        await clock.advance(10);
      }

      const first = await store.listExecutions({ queue: 'low' }, { limit: 5 }, 3);
      const cursor = first.next ?? '';
      const second = await store.listExecutions({ queue: 'low' }, { limit: 5, cursor }, 3);
      const third = await store.listExecutions(
        { queue: 'low' },
        { limit: 5, cursor: second.next ?? '' },
        3,
      );

      expect(first).toMatchObject({
        entries: [],
        lookedAt: { rows: 3, backTo: times[4], isAll: false },
      });
      expect(second).toMatchObject({
        entries: [{ queue: 'low' }],
        lookedAt: { rows: 3, backTo: times[1], isAll: false },
      });
      expect(third).toEqual({
        entries: [],
        next: null,
        lookedAt: { rows: 1, backTo: times[0], isAll: true },
      });
    },
  );

  clause('a full page says how many rows it looked at', async ({ store }) => {
    await create(store, ...newExecutions(5, (index) => ({ queue: index % 2 ? 'low' : 'default' })));

    const page = await store.listExecutions({ queue: 'low' }, { limit: 1 });
    const empty = await store.listExecutions({ machineId: 'none' }, { limit: 1 });

    expect(page.lookedAt).toMatchObject({ rows: 2, isAll: false });
    expect(empty).toMatchObject({ entries: [], next: null, lookedAt: { isAll: true } });
  });
}

function scanClauses(clause: Clause): void {
  clause('a scan finds a text in inputs and outputs, letter for letter', async ({ store }) => {
    const input = '{"name":"Zürich \\" 100%","n":1}';
    const [one] = await create(store, newExecution({ input }));
    const two = await createEnded(store, 'SUCCEEDED', {}, { output: '{"to":"Zürich"}' });
    await create(store, newExecution({ input: '{"name":"zürich"}', machineId: 'invoices' }));
    const scan = async (text: string, filter = {}) =>
      (await store.scanExecutions(filter, text, { limit: 9 }, 100)).entries;

    expect((await scan('Zürich')).map(({ id }) => id)).toEqual([two, one]);
    expect((await scan('Zürich', { statuses: ['PENDING'] })).map(({ id }) => id)).toEqual([one]);
    expect(await scan('100%')).toMatchObject([{ id: one, input, output: null }]);
    expect(await scan('\\" 1')).toHaveLength(1);
    expect(await scan('zürich', { machineId: 'orders' })).toEqual([]);
    expect(await scan('%')).toHaveLength(1);
  });

  clause('a scan continues where the one before has stopped looking', async ({ store }) => {
    const ids = await create(
      store,
      ...newExecutions(9, (index) => ({ input: index % 3 === 0 ? '"here"' : '"there, not"' })),
    );
    const wanted = ids.filter((_, index) => index % 3 === 0).toReversed();

    const found = await readAll((page) => store.scanExecutions({}, '"here"', page, 4), 2);

    expect(found).toEqual(wanted);
  });
}
