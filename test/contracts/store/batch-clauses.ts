/** Batches: recorded once, and changed only from expected statuses. */
import { expect } from 'vitest';
import type { BatchStatus } from '../../../lib/ports/store/batch-store.ts';
import { type Clause, leaseMs, newBatch, readPages } from './store-harness.ts';

/** Defines the clauses about batches. */
export function batchClauses(clause: Clause): void {
  recordClauses(clause);
  memoryClauses(clause);
  transitionClauses(clause);
  abortClauses(clause);
}

function recordClauses(clause: Clause): void {
  clause('a new batch is RUNNING and has the given fields', async ({ store, clock }) => {
    const batch = newBatch({ source: '{ "b":1, "a":"\\u0000" }', options: '[]' });

    const record = await store.createBatch(batch);

    expect(record).toEqual({
      ...batch,
      status: 'RUNNING',
      reason: null,
      cursor: null,
      sourceDone: false,
      sentIndex: 0,
      memory: null,
      abortReason: null,
      parentExecutionId: null,
      maxConcurrency: null,
      toleratedCount: null,
      toleratedPercentage: null,
      traceparent: null,
      retried: 0,
      leftOut: 0,
      onHold: false,
      createdAt: clock.now(),
      endedAt: null,
      created: 0,
      succeeded: 0,
      failed: 0,
      timedOut: 0,
      aborted: 0,
    });
    expect(await store.getBatch(batch.id)).toEqual(record);
  });

  clause('creating a batch whose id is known returns the recorded batch', async ({ store }) => {
    const batch = newBatch();
    const first = await store.createBatch(batch);

    expect(await store.createBatch({ ...batch, name: 'other' })).toEqual(first);
  });

  clause(
    'a batch that must not overlap is recorded only when none of its name is open',
    async ({ store }) => {
      const first = await store.createBatch(newBatch({ unlessOpen: true }));
      const other = await store.createBatch(newBatch({ name: 'other', unlessOpen: true }));

      const second = await store.createBatch(newBatch({ unlessOpen: true }));
      await store.transitionBatch({
        batchId: first.id,
        from: ['RUNNING'],
        to: 'FAILED',
        reason: null,
      });
      const third = await store.createBatch(newBatch({ unlessOpen: true }));

      expect(other.name).toBe('other');
      expect(second.id).toBe(first.id);
      expect(third.id).not.toBe(first.id);
    },
  );

  clause('one of several batches that must not overlap is recorded', async ({ store }) => {
    const started = await Promise.all(
      Array.from({ length: 5 }, () => store.createBatch(newBatch({ unlessOpen: true }))),
    );

    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
    expect((await store.listBatches({}, { limit: 10 })).entries).toHaveLength(1);
  });

  clause('getting an unknown batch returns null', async ({ store }) => {
    expect(await store.getBatch('none')).toBeNull();
  });

  clause(
    'batches are listed newest first, page by page, by status and name',
    async ({ store, clock }) => {
      const ids = [];
      for (let count = 0; count < 7; count += 1) {
        const { id } = await store.createBatch(newBatch({ name: count % 2 ? 'odd' : 'even' }));
        ids.push(id);
        if (count % 3 === 0) await clock.advance(10);
      }
      await store.transitionBatch({
        batchId: ids[0] ?? '',
        from: ['RUNNING'],
        to: 'PAUSED',
        reason: null,
      });

      const all = await readPages(3, (page) => store.listBatches({}, page));
      const odd = await readPages(1, (page) => store.listBatches({ name: 'odd' }, page));
      const paused = await store.listBatches({ status: 'PAUSED' }, { limit: 10 });

      expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const times = all.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect(odd).toHaveLength(3);
      expect(paused.entries).toMatchObject([{ id: ids[0], status: 'PAUSED' }]);
    },
  );
}

function memoryClauses(clause: Clause): void {
  clause(
    "the sent index and the leader's state are written only under the current fence",
    async ({ store }) => {
      const { id } = await store.createBatch(newBatch());
      await store.leaseBatches('leader-1', leaseMs, 10);

      await store.recordSent(id, 1, 50);
      await store.saveBatchMemory(id, 1, '{"ema":0.1}');
      await store.recordSent(id, 0, 70);
      await store.saveBatchMemory(id, 2, '"stale"');

      expect(await store.getBatch(id)).toMatchObject({ sentIndex: 50, memory: '{"ema":0.1}' });
    },
  );

  clause('the sent index never decreases', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);
    await store.recordSent(id, 1, 50);

    await store.recordSent(id, 1, 20);

    expect(await store.getBatch(id)).toMatchObject({ sentIndex: 50 });
  });
}

function transitionClauses(clause: Clause): void {
  clause("a batch's status changes only from an expected one", async ({ store, clock }) => {
    const { id } = await store.createBatch(newBatch());
    const change = {
      batchId: id,
      from: ['RUNNING', 'PAUSED'],
      to: 'FAILED',
      reason: 'too many',
    } as const;
    await clock.advance(9);

    expect(await store.transitionBatch(change)).toBe(true);
    expect(await store.transitionBatch(change)).toBe(false);
    expect(await store.transitionBatch({ ...change, batchId: 'none' })).toBe(false);
    expect(await store.getBatch(id)).toMatchObject({
      status: 'FAILED',
      reason: 'too many',
      endedAt: clock.now(),
    });
  });

  clause('an ended batch is reopened with another state of its leader', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.requestBatchAbort(id, 'not now');
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'ABORTED', reason: 'done' });
    const memory = '{"command":"7:1"}';

    const reopened = {
      batchId: id,
      from: ['ABORTED'],
      to: 'RUNNING',
      reason: null,
      memory,
    } as const;
    expect(await store.transitionBatch(reopened)).toBe(true);

    const open = { status: 'RUNNING', reason: null, endedAt: null, abortReason: null, memory };
    expect(await store.getBatch(id)).toMatchObject(open);
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'FAILED', reason: 'again' });
    expect(await store.getBatch(id)).toMatchObject({ status: 'FAILED', memory });
  });

  clause('a leader changes no batch that was reopened under another lease', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    const [leased] = await store.leaseBatches('leader-1', leaseMs, 10);
    const fence = leased?.fence ?? Number.NaN;
    const end = { batchId: id, fence, from: ['RUNNING'], to: 'ABORTED', reason: 'late' } as const;
    expect(await store.transitionBatch(end)).toBe(true);
    const reopen = { batchId: id, from: ['ABORTED'], to: 'RUNNING', reason: null } as const;
    await store.transitionBatch({ ...reopen, memory: '{}' });

    expect(await store.transitionBatch(end)).toBe(false);
    expect(await store.getBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
    const [again] = await store.leaseBatches('leader-1', leaseMs, 10);
    expect(await store.transitionBatch({ ...end, fence: again?.fence ?? 0 })).toBe(true);
  });

  clause('a RUNNING batch can get a reason and stays RUNNING', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    const say = (reason: string | null) =>
      store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'RUNNING', reason });

    expect(await say('no way there')).toBe(true);
    const [leased] = await store.leaseBatches('leader-1', leaseMs, 10);
    expect(leased).toMatchObject({ status: 'RUNNING', reason: 'no way there', endedAt: null });

    await say(null);
    expect(await store.getBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
  });

  clause('one of two concurrent status changes is made', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());

    const made = await Promise.all(
      (['SUCCEEDED', 'ABORTED', 'FAILED'] as const).map((to) =>
        store.transitionBatch({ batchId: id, from: ['RUNNING'], to, reason: null }),
      ),
    );

    expect(made.filter(Boolean)).toHaveLength(1);
  });

  clause('a resumed batch has no reason and no end time', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.transitionBatch({
      batchId: id,
      from: ['RUNNING'],
      to: 'PAUSED',
      reason: 'a person',
    });
    expect(await store.getBatch(id)).toMatchObject({ reason: 'a person', endedAt: null });

    await store.transitionBatch({ batchId: id, from: ['PAUSED'], to: 'RUNNING', reason: null });

    expect(await store.getBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
  });
}

function abortClauses(clause: Clause): void {
  clause("an abort request is visible to the batch's leader and stops fan-out", async (harness) => {
    const { store } = harness;
    const { id } = await store.createBatch(newBatch());
    const [leased] = await store.leaseBatches('leader-1', leaseMs, 10);

    expect(await store.requestBatchAbort(id, 'a person')).toBe(true);
    expect(await store.requestBatchAbort(id, 'another')).toBe(true);

    const chunk = { batchId: id, fence: leased?.fence ?? 0, cursor: '1', sourceDone: true };
    expect(await store.fanOut({ ...chunk, executions: [] })).toBeNull();
    const [again] = await store.leaseBatches('leader-1', leaseMs, 10);
    expect(again).toMatchObject({ status: 'RUNNING', abortReason: 'a person', cursor: null });
    expect(await store.getBatch(id)).toMatchObject({ abortReason: 'a person' });
  });

  clause('an abort request makes a paused batch RUNNING', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'PAUSED', reason: 'why' });

    await store.requestBatchAbort(id, 'a person');

    expect(await store.getBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toHaveLength(1);
  });

  clause(
    'a batch with an abort request can neither pause nor end with another status',
    async ({ store }) => {
      const { id } = await store.createBatch(newBatch());
      await store.requestBatchAbort(id, 'a person');
      const change = (to: BatchStatus) =>
        store.transitionBatch({ batchId: id, from: ['RUNNING'], to, reason: null });

      expect([await change('PAUSED'), await change('FAILED'), await change('SUCCEEDED')]).toEqual([
        false,
        false,
        false,
      ]);
      expect([await change('RUNNING'), await change('ABORTED')]).toEqual([true, true]);
    },
  );

  clause('an ended or unknown batch cannot be aborted', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'FAILED', reason: null });

    expect(await store.requestBatchAbort(id, 'a person')).toBe(false);
    expect(await store.requestBatchAbort('none', 'a person')).toBe(false);
    expect(await store.getBatch(id)).toMatchObject({ status: 'FAILED', abortReason: null });
  });
}
