/** Batches: recorded once, led by one leader at a time, changed only from the status expected. */
import { expect } from 'vitest';
import type { BatchStatus } from '../../../lib/ports/batch-store.ts';
import { type Clause, leaseMs, newBatch, readPages } from './store-harness.ts';

/** Clauses about batches. */
export function batchClauses(clause: Clause): void {
  recordClauses(clause);
  leaseClauses(clause);
  successionClauses(clause);
  noteClauses(clause);
  transitionClauses(clause);
  abortClauses(clause);
}

function recordClauses(clause: Clause): void {
  clause('a new batch is RUNNING with what it was given', async ({ store, clock }) => {
    const batch = newBatch({ source: '{ "b":1, "a":"\\u0000" }', options: '[]' });

    const record = await store.createBatch(batch);

    expect(record).toEqual({
      ...batch,
      ...{ status: 'RUNNING', reason: null, cursor: null, sourceDone: false, sentIndex: 0 },
      ...{ memory: null, abortReason: null, createdAt: clock.now(), endedAt: null },
      ...{ created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 },
    });
    expect(await store.getBatch(batch.id)).toEqual(record);
  });

  clause('a batch whose id is known is answered as it was recorded', async ({ store }) => {
    const batch = newBatch();
    const first = await store.createBatch(batch);

    expect(await store.createBatch({ ...batch, name: 'other' })).toEqual(first);
  });

  clause('an unknown batch is null', async ({ store }) => {
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

function leaseClauses(clause: Clause): void {
  clause('one leader at a time holds a batch', async ({ store }) => {
    const { source: _s, options: _o, ...batch } = await store.createBatch(newBatch());

    const leases = await Promise.all(
      ['leader-1', 'leader-2', 'leader-3'].map((leader) => store.leaseBatches(leader, leaseMs, 10)),
    );

    expect(leases.flat()).toEqual([{ ...batch, fence: 1 }]);
  });

  clause(
    'a leader keeps its lease, and its fence, when it asks again',
    async ({ store, clock }) => {
      await store.createBatch(newBatch());
      await store.leaseBatches('leader-1', leaseMs, 10);
      await clock.advance(leaseMs - 1);

      const again = await store.leaseBatches('leader-1', leaseMs, 10);
      await clock.advance(leaseMs - 1);

      expect(again).toMatchObject([{ fence: 1 }]);
      expect(await store.leaseBatches('leader-2', leaseMs, 10)).toEqual([]);
    },
  );

  clause(
    'a lease that ran out goes to another leader, with a higher fence',
    async ({ store, clock }) => {
      await store.createBatch(newBatch());
      await store.leaseBatches('leader-1', leaseMs, 10);
      await clock.advance(leaseMs);

      expect(await store.leaseBatches('leader-2', leaseMs, 10)).toMatchObject([{ fence: 2 }]);
    },
  );

  clause('a lease leaves out what never changes of a batch', async ({ store }) => {
    await store.createBatch(newBatch({ source: '"large"', options: '{"chunkSize":1}' }));

    const first = await store.leaseBatches('leader-1', leaseMs, 10);
    const again = await store.leaseBatches('leader-1', leaseMs, 10);

    for (const [lease] of [first, again]) {
      expect(Object.keys(lease ?? {})).not.toContain('source');
      expect(Object.keys(lease ?? {})).not.toContain('options');
      expect(lease).toMatchObject({ cursor: null, memory: null, created: 0 });
    }
  });

  clause('a batch that was let go of is free at once', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    await store.releaseBatch(id, 1);

    expect(await store.leaseBatches('leader-2', leaseMs, 10)).toMatchObject([{ fence: 2 }]);
    await store.releaseBatch(id, 1);
    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('a leader can ask for one batch alone', async ({ store }) => {
    const wanted = await store.createBatch(newBatch());
    await store.createBatch(newBatch());

    expect(await store.leaseBatches('leader-1', leaseMs, 10, { batchId: wanted.id })).toMatchObject(
      [{ id: wanted.id, fence: 1 }],
    );
    expect(await store.leaseBatches('leader-2', leaseMs, 10, { batchId: wanted.id })).toEqual([]);
    expect(await store.leaseBatches('leader-2', leaseMs, 10, { batchId: 'none' })).toEqual([]);
  });

  clause(
    'a leader can ask for the batches of one machine alone, its map runs included',
    async (harness) => {
      const { store } = harness;
      const machineId = `orders-${crypto.randomUUID()}`;
      const own = await store.createBatch({ ...newBatch(), machineId });
      const mapRun = await store.createBatch({ ...newBatch(), machineId: `${machineId}/Map` });
      await store.createBatch({ ...newBatch(), machineId: `${machineId}-2` });

      const leased = await store.leaseBatches('leader-1', leaseMs, 10, { machineId });
      expect(leased.map(({ id }) => id).sort()).toEqual([own.id, mapRun.id].sort());
    },
  );

  clause('only running batches are leased', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'PAUSED', reason: 'test' });

    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('with more batches than the limit, each gets its turn', async ({ store, clock }) => {
    const ids = [];
    for (let count = 0; count < 4; count += 1) ids.push((await store.createBatch(newBatch())).id);
    const led = new Set<string>();

    for (let turns = 0; turns < 2; turns += 1) {
      await clock.advance(1);
      const leased = await store.leaseBatches('leader-1', leaseMs, 2);
      for (const { id, fence } of leased) {
        led.add(id);
        await store.releaseBatch(id, fence);
      }
    }

    expect(led).toEqual(new Set(ids));
  });
}

function successionClauses(clause: Clause): void {
  const after = { predecessor: 'leader-1' };

  clause('a successor takes over what its predecessor leads, once', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    expect(await store.leaseBatches('leader-2', leaseMs, 10, after)).toMatchObject([
      { id, fence: 2 },
    ]);
    expect(await store.leaseBatches('leader-3', leaseMs, 10, after)).toEqual([]);
    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('of two successors at once, one has each batch', async ({ store }) => {
    for (let count = 0; count < 5; count += 1) await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    const taken = await Promise.all(
      ['leader-2', 'leader-3'].map((leader) => store.leaseBatches(leader, leaseMs, 10, after)),
    );

    expect(taken.flat()).toHaveLength(5);
    expect(taken.flat().every(({ fence }) => fence === 2)).toBe(true);
  });

  clause('who lost a batch to its successor writes no more of it', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);
    await store.leaseBatches('leader-2', leaseMs, 10, after);

    const chunk = { batchId: id, fence: 1, executions: [], cursor: '1', sourceDone: true };
    expect(await store.fanOut(chunk)).toBeNull();
    await store.releaseBatch(id, 1);
    expect(await store.leaseBatches('leader-3', leaseMs, 10)).toEqual([]);
  });

  clause(
    'a successor takes nothing that is free or another leader’s, and keeps what it has',
    async ({ store, clock }) => {
      const mine = await store.createBatch(newBatch());
      await store.leaseBatches('leader-1', leaseMs, 10);
      await store.createBatch(newBatch());
      await store.leaseBatches('leader-4', leaseMs, 10);
      await store.createBatch(newBatch());

      await store.leaseBatches('leader-2', leaseMs, 10, after);
      await clock.advance(1);
      const again = await store.leaseBatches('leader-2', leaseMs, 10, after);

      expect(again).toMatchObject([{ id: mine.id, fence: 2 }]);
    },
  );

  clause(
    'a successor that comes late has what nobody has taken, and no more',
    async ({ store, clock }) => {
      const left = await store.createBatch(newBatch());
      const taken = await store.createBatch(newBatch());
      await store.leaseBatches('leader-1', leaseMs, 10);
      await clock.advance(leaseMs);
      await store.leaseBatches('leader-4', leaseMs, 10, { batchId: taken.id });

      expect(await store.leaseBatches('leader-2', leaseMs, 10, after)).toMatchObject([
        { id: left.id, fence: 2 },
      ]);
    },
  );
}

function noteClauses(clause: Clause): void {
  clause('what was sent and what to remember is kept under the fence alone', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    await store.recordSent(id, 1, 50);
    await store.rememberBatch(id, 1, '{"ema":0.1}');
    await store.recordSent(id, 0, 70);
    await store.rememberBatch(id, 2, '"stale"');

    expect(await store.getBatch(id)).toMatchObject({ sentIndex: 50, memory: '{"ema":0.1}' });
  });

  clause('the sent index never goes back', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);
    await store.recordSent(id, 1, 50);

    await store.recordSent(id, 1, 20);

    expect(await store.getBatch(id)).toMatchObject({ sentIndex: 50 });
  });
}

function transitionClauses(clause: Clause): void {
  clause('a status changes only from one that is expected', async ({ store, clock }) => {
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
      ...{ status: 'FAILED', reason: 'too many', endedAt: clock.now() },
    });
  });

  clause('a batch that is RUNNING can be given a reason, and goes on', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    const say = (reason: string | null) =>
      store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'RUNNING', reason });

    expect(await say('no way there')).toBe(true);
    const [leased] = await store.leaseBatches('leader-1', leaseMs, 10);
    expect(leased).toMatchObject({ status: 'RUNNING', reason: 'no way there', endedAt: null });

    await say(null);
    expect(await store.getBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
  });

  clause('of two changes at once, one is made', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());

    const made = await Promise.all(
      (['SUCCEEDED', 'ABORTED', 'FAILED'] as const).map((to) =>
        store.transitionBatch({ batchId: id, from: ['RUNNING'], to, reason: null }),
      ),
    );

    expect(made.filter(Boolean)).toHaveLength(1);
  });

  clause('a batch that is resumed has no reason and no end', async ({ store }) => {
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
  clause(
    'a batch that is to be aborted says so to its leader, and fans nothing out',
    async (harness) => {
      const { store } = harness;
      const { id } = await store.createBatch(newBatch());
      const [leased] = await store.leaseBatches('leader-1', leaseMs, 10);

      expect(await store.abortBatch(id, 'a person')).toBe(true);
      expect(await store.abortBatch(id, 'another')).toBe(true);

      const chunk = { batchId: id, fence: leased?.fence ?? 0, cursor: '1', sourceDone: true };
      expect(await store.fanOut({ ...chunk, executions: [] })).toBeNull();
      const [again] = await store.leaseBatches('leader-1', leaseMs, 10);
      expect(again).toMatchObject({ status: 'RUNNING', abortReason: 'a person', cursor: null });
      expect(await store.getBatch(id)).toMatchObject({ abortReason: 'a person' });
    },
  );

  clause('a paused batch that is to be aborted is RUNNING for that', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'PAUSED', reason: 'why' });

    await store.abortBatch(id, 'a person');

    expect(await store.getBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toHaveLength(1);
  });

  clause('a batch that is to be aborted neither pauses nor ends otherwise', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.abortBatch(id, 'a person');
    const change = (to: BatchStatus) =>
      store.transitionBatch({ batchId: id, from: ['RUNNING'], to, reason: null });

    expect([await change('PAUSED'), await change('FAILED'), await change('SUCCEEDED')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([await change('RUNNING'), await change('ABORTED')]).toEqual([true, true]);
  });

  clause('a batch that has ended, or is unknown, cannot be aborted', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'FAILED', reason: null });

    expect(await store.abortBatch(id, 'a person')).toBe(false);
    expect(await store.abortBatch('none', 'a person')).toBe(false);
    expect(await store.getBatch(id)).toMatchObject({ status: 'FAILED', abortReason: null });
  });
}
