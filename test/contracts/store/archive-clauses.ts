/** The archive: no dead letter is lost, and entries leave only by command. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  deadLetter,
  ending,
  newBatch,
  newExecution,
  readPages,
  wokenIds,
} from './store-harness.ts';

/** Defines the clauses about the archive. */
export function archiveClauses(clause: Clause): void {
  enteringClauses(clause);
  findingClauses(clause);
  leavingClauses(clause);
}

function enteringClauses(clause: Clause): void {
  clause(
    'an archive entry has the fields of its task and of its execution',
    async ({ store, clock }) => {
      const id = await createEnded(
        store,
        'FAILED',
        { name: 'a', batchId: 'b', batchIndex: 0 },
        { attempts: 3 },
      );
      await clock.advance(5);
      const letter = deadLetter(id, { body: '{ "x":1 }' });

      expect(await store.archive([letter])).toBe(1);

      expect((await store.listArchive({}, { limit: 10 })).entries).toEqual([
        {
          ...letter,
          executionId: id,
          executionName: 'a',
          machineId: 'orders',
          batchId: 'b',
          error: 'Broken',
          cause: 'it broke',
          attempts: 3,
          archivedAt: clock.now(),
        },
      ]);
    },
  );

  clause('the archive keeps a task that belongs to no execution', async ({ store }) => {
    await store.archive([deadLetter('report-7')]);

    expect((await store.listArchive({}, { limit: 10 })).entries).toMatchObject([
      { taskId: 'report-7', executionId: null, executionName: null, error: null, attempts: 0 },
    ]);
  });

  clause('a task that is archived twice has one entry', async ({ store }) => {
    await store.archive([deadLetter('report-7', { reason: 'first' })]);

    const added = await store.archive([
      deadLetter('report-7', { reason: 'second' }),
      deadLetter('report-8'),
    ]);

    expect(added).toBe(1);
    expect(await store.countArchive({})).toBe(2);
    const { entries } = await store.listArchive({ taskIds: ['report-7'] }, { limit: 1 });
    expect(entries).toMatchObject([{ reason: 'first' }]);
    expect(await store.archive([])).toBe(0);
  });

  clause(
    'a final checkpoint can archive its execution in the same commit',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store, { queue: 'low' });
      const end = ending(claimed, 'FAILED', { archiveReason: 'retries exhausted', attempts: 2 });
      await store.commit([end]);

      await store.commit([end]);

      expect((await store.listArchive({}, { limit: 10 })).entries).toEqual([
        {
          taskId: claimed.id,
          queue: 'low',
          body: '',
          reason: 'retries exhausted',
          deliveries: 0,
          sentAt: claimed.createdAt,
          executionId: claimed.id,
          executionName: claimed.name,
          machineId: 'orders',
          batchId: null,
          error: 'Broken',
          cause: 'it broke',
          attempts: 2,
          archivedAt: clock.now(),
        },
      ]);
    },
  );

  clause(
    'a final checkpoint updates the archive entry that its task already has',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      await store.archive([deadLetter(claimed.id, { reason: 'received too often' })]);

      await store.commit([ending(claimed, 'FAILED', { archiveReason: 'exhausted', attempts: 1 })]);

      expect((await store.listArchive({ error: 'Broken' }, { limit: 10 })).entries).toMatchObject([
        { reason: 'exhausted', error: 'Broken', attempts: 1, deliveries: 4 },
      ]);
    },
  );

  clause('a refused final checkpoint archives nothing', async ({ store }) => {
    const claimed = await createClaimed(store);

    await store.commit([
      ending({ ...claimed, fence: 9 }, 'FAILED', { archiveReason: 'exhausted' }),
    ]);

    expect(await store.countArchive({})).toBe(0);
  });
}

function findingClauses(clause: Clause): void {
  clause('the archive is listed newest first, page by page', async ({ store, clock }) => {
    for (let count = 0; count < 7; count += 1) {
      await store.archive([deadLetter(`task-${count}`)]);
      if (count % 3 === 0) await clock.advance(10);
    }

    const all = await readPages(2, (page) => store.listArchive({}, page));

    expect(new Set(all.map(({ taskId }) => taskId)).size).toBe(7);
    const times = all.map(({ archivedAt }) => archivedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  clause(
    'the list of the archive with the oldest first is the reverse of the default one',
    async ({ store, clock }) => {
      for (let count = 0; count < 7; count += 1) {
        await store.archive([deadLetter(`task-${count}`, { queue: count === 3 ? 'low' : 'high' })]);
        if (count % 3 === 0) await clock.advance(10);
      }

      const filter = { queue: 'high' };
      const newest = await readPages(2, (page) => store.listArchive(filter, page));
      const oldest = await readPages(2, (page) => store.listArchive(filter, page, 'oldestFirst'));

      expect(oldest).toHaveLength(6);
      expect(oldest).toEqual(newest.toReversed());
    },
  );

  clause('every condition of an archive filter must hold', async ({ store }) => {
    const inBatch = { batchId: 'b', batchIndex: 0, machineId: 'invoices' };
    const first = await createEnded(store, 'FAILED', inBatch, { error: 'Broken' });
    const second = await createEnded(store, 'FAILED', {}, { error: 'Other' });
    await store.archive([deadLetter(first), deadLetter(second, { queue: 'low' }), deadLetter('x')]);

    expect(await store.countArchive({ queue: 'low' })).toBe(1);
    expect(await store.countArchive({ machineId: 'invoices' })).toBe(1);
    expect(await store.countArchive({ batchId: 'b', error: 'Broken' })).toBe(1);
    expect(await store.countArchive({ batchId: 'b', error: 'Other' })).toBe(0);
    expect(await store.countArchive({ taskIds: [first, 'x'] })).toBe(2);
    expect(await store.countArchive({ taskIds: [] })).toBe(0);
    const { entries } = await store.listArchive({ error: 'Other', queue: 'low' }, { limit: 5 });
    expect(entries).toMatchObject([{ taskId: second }]);
  });
}

function leavingClauses(clause: Clause): void {
  clause(
    'a redrive of the archive removes entries and makes their executions runnable',
    async ({ store }) => {
      const batch = await store.createBatch(newBatch());
      const id = await createEnded(
        store,
        'FAILED',
        { batchId: batch.id, batchIndex: 0 },
        { attempts: 4 },
      );
      await store.archive([deadLetter(id)]);

      const wakeups = await store.redriveArchived({ error: 'Broken' }, 10);

      expect(wakeups).toEqual([{ executionId: id, queue: 'default', batchId: batch.id }]);
      expect(await store.countArchive({})).toBe(0);
      expect(await store.getBatch(batch.id)).toMatchObject({ failed: 0, created: 1 });
      expect(await claimOne(store, id)).toMatchObject({ status: 'PENDING_REDRIVE', attempts: 0 });
    },
  );

  clause(
    'a redrive of the archive takes up to its limit, oldest first',
    async ({ store, clock }) => {
      const ids = [];
      for (let count = 0; count < 3; count += 1) {
        ids.push(await createEnded(store, 'FAILED', {}, { archiveReason: 'exhausted' }));
        await clock.advance(1);
      }

      expect(wokenIds(await store.redriveArchived({}, 2))).toEqual(ids.slice(0, 2));
      expect(await store.countArchive({})).toBe(1);
    },
  );

  clause(
    'an entry without an execution stays when the whole archive is redriven',
    async ({ store }) => {
      await store.archive([deadLetter('report-7')]);

      expect(await store.redriveArchived({}, 10)).toEqual([]);
      expect(await store.countArchive({})).toBe(1);
    },
  );

  clause('an archived execution that has not ended gets a new task', async ({ store }) => {
    const [id = ''] = await create(store, newExecution());
    const succeeded = await createEnded(store, 'SUCCEEDED');
    await store.archive([deadLetter(id), deadLetter(succeeded)]);

    expect(wokenIds(await store.redriveArchived({}, 10))).toEqual([id]);

    expect(await store.getExecution(id)).toMatchObject({ status: 'PENDING', fence: 0 });
    expect(await store.getExecution(succeeded)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await store.countArchive({})).toBe(0);
  });

  clause('each archive entry is taken by one of two concurrent redrives', async ({ store }) => {
    const ids = [];
    for (let count = 0; count < 10; count += 1) {
      ids.push(await createEnded(store, 'FAILED', {}, { archiveReason: 'exhausted' }));
    }

    const wakeups = await Promise.all([1, 2, 3].map(() => store.redriveArchived({}, 100)));

    expect(wokenIds(wakeups.flat())).toEqual(ids.sort());
  });

  clause('deleting archive entries does not change their executions', async ({ store }) => {
    const id = await createEnded(store, 'FAILED', {}, { archiveReason: 'exhausted' });
    await store.archive([deadLetter('x'), deadLetter('y', { queue: 'low' })]);

    expect(await store.deleteArchived({ queue: 'default' }, 1)).toBe(1);
    expect(await store.deleteArchived({ queue: 'default' }, 10)).toBe(1);

    expect((await store.listArchive({}, { limit: 5 })).entries).toMatchObject([{ taskId: 'y' }]);
    expect(await store.getExecution(id)).toMatchObject({ status: 'FAILED' });
    expect(await store.commit([checkpoint({ id, fence: 1, attempts: 0 })])).toEqual(new Set());
  });
}
