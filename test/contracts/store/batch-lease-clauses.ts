/** Leases of batches: one leader at a time, and the succession of leaders. */
import { expect } from 'vitest';
import { type Clause, leaseMs, newBatch } from './store-harness.ts';

/** Defines the clauses about leases of batches. */
export function batchLeaseClauses(clause: Clause): void {
  leaseClauses(clause);
  successionClauses(clause);
}

function leaseClauses(clause: Clause): void {
  clause('a batch is leased to one leader at a time', async ({ store }) => {
    const { source: _s, options: _o, ...batch } = await store.createBatch(newBatch());

    const leases = await Promise.all(
      ['leader-1', 'leader-2', 'leader-3'].map((leader) => store.leaseBatches(leader, leaseMs, 10)),
    );

    expect(leases.flat()).toEqual([{ ...batch, fence: 1 }]);
  });

  clause('a leader leases no batch that it asks to leave out', async ({ store }) => {
    const left = await store.createBatch(newBatch());
    const other = await store.createBatch(newBatch());

    const leased = await store.leaseBatches('leader-1', leaseMs, 10, { except: [left.id, 'none'] });

    expect(leased.map(({ id }) => id)).toEqual([other.id]);
    expect(await store.leaseBatches('leader-2', leaseMs, 10, { except: [] })).toMatchObject([
      { id: left.id },
    ]);
  });

  clause('a leader that leases its batch again keeps its fence', async ({ store, clock }) => {
    await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);
    await clock.advance(leaseMs - 1);

    const again = await store.leaseBatches('leader-1', leaseMs, 10);
    await clock.advance(leaseMs - 1);

    expect(again).toMatchObject([{ fence: 1 }]);
    expect(await store.leaseBatches('leader-2', leaseMs, 10)).toEqual([]);
  });

  clause(
    'another leader gets a batch whose lease expired, with a higher fence',
    async ({ store, clock }) => {
      await store.createBatch(newBatch());
      await store.leaseBatches('leader-1', leaseMs, 10);
      await clock.advance(leaseMs);

      expect(await store.leaseBatches('leader-2', leaseMs, 10)).toMatchObject([{ fence: 2 }]);
    },
  );

  clause('a leased batch has no source and no options', async ({ store }) => {
    await store.createBatch(newBatch({ source: '"large"', options: '{"chunkSize":1}' }));

    const first = await store.leaseBatches('leader-1', leaseMs, 10);
    const again = await store.leaseBatches('leader-1', leaseMs, 10);

    for (const [lease] of [first, again]) {
      expect(Object.keys(lease ?? {})).not.toContain('source');
      expect(Object.keys(lease ?? {})).not.toContain('options');
      expect(lease).toMatchObject({ cursor: null, memory: null, created: 0 });
    }
  });

  clause('a released batch can be leased at once', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    await store.releaseBatch(id, 1);

    expect(await store.leaseBatches('leader-2', leaseMs, 10)).toMatchObject([{ fence: 2 }]);
    await store.releaseBatch(id, 1);
    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('a leader can lease a single batch by its id', async ({ store }) => {
    const wanted = await store.createBatch(newBatch());
    await store.createBatch(newBatch());

    expect(await store.leaseBatches('leader-1', leaseMs, 10, { batchId: wanted.id })).toMatchObject(
      [{ id: wanted.id, fence: 1 }],
    );
    expect(await store.leaseBatches('leader-2', leaseMs, 10, { batchId: wanted.id })).toEqual([]);
    expect(await store.leaseBatches('leader-2', leaseMs, 10, { batchId: 'none' })).toEqual([]);
  });

  clause(
    'a leader can lease only the batches of one machine, including its map runs',
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

  clause(
    'each batch gets its turn when there are more batches than the limit',
    async ({ store, clock }) => {
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
    },
  );
}

function successionClauses(clause: Clause): void {
  const after = { predecessor: 'leader-1' };

  clause("a successor takes over its predecessor's batches once", async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    expect(await store.leaseBatches('leader-2', leaseMs, 10, after)).toMatchObject([
      { id, fence: 2 },
    ]);
    expect(await store.leaseBatches('leader-3', leaseMs, 10, after)).toEqual([]);
    expect(await store.leaseBatches('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('each batch goes to one of two concurrent successors', async ({ store }) => {
    for (let count = 0; count < 5; count += 1) await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);

    const taken = await Promise.all(
      ['leader-2', 'leader-3'].map((leader) => store.leaseBatches(leader, leaseMs, 10, after)),
    );

    expect(taken.flat()).toHaveLength(5);
    expect(taken.flat().every(({ fence }) => fence === 2)).toBe(true);
  });

  clause('a leader that lost a batch to its successor cannot write to it', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    await store.leaseBatches('leader-1', leaseMs, 10);
    await store.leaseBatches('leader-2', leaseMs, 10, after);

    const chunk = { batchId: id, fence: 1, executions: [], cursor: '1', sourceDone: true };
    expect(await store.fanOut(chunk)).toBeNull();
    await store.releaseBatch(id, 1);
    expect(await store.leaseBatches('leader-3', leaseMs, 10)).toEqual([]);
  });

  clause(
    "a successor takes no free batch and no other leader's, and keeps its own",
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
    'a late successor gets only the batches that no other leader has taken',
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
