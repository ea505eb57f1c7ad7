/** A batch's counters equal its executions at any time. */

import { expect } from 'vitest';
import { noOpenExecutions } from '../../../lib/ports/store/batch-queries.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  type Clause,
  claimOne,
  create,
  createEnded,
  ending,
  leaseMs,
  newBatch,
  sleeping,
} from './store-harness.ts';

/** Defines the clauses about counters and statistics. */
export function counterClauses(clause: Clause): void {
  movingClauses(clause);
  figureClauses(clause);
}

async function createRunningBatch(store: Store, count: number) {
  const { id } = await store.createBatch(newBatch());
  const ids = await create(store, ...batchExecutions(id, 0, count));
  return { batchId: id, ids };
}

function movingClauses(clause: Clause): void {
  clause('a batch counts each end under its status', async ({ store }) => {
    const { batchId, ids } = await createRunningBatch(store, 6);
    const { claimed } = await store.claim('worker-1', leaseMs, ids);
    const statuses = ['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

    await store.commit(
      claimed.flatMap((one, index) => {
        const status = statuses[index];
        return status === undefined ? [] : [ending(one, status)];
      }),
    );

    expect(await store.getBatch(batchId)).toMatchObject({
      created: 6,
      succeeded: 2,
      failed: 1,
      timedOut: 1,
      aborted: 1,
    });
  });

  clause('a batch counts all ends of concurrent commits', async ({ store }) => {
    const first = await createRunningBatch(store, 80);
    const second = await createRunningBatch(store, 80);
    const ids = [...first.ids, ...second.ids];

    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        const mine = ids.filter((_id, index) => index % 8 === worker);
        const { claimed } = await store.claim(`worker-${worker}`, leaseMs, mine);
        for (let from = 0; from < claimed.length; from += 7) {
          await store.commit(claimed.slice(from, from + 7).map((one) => ending(one)));
        }
      }),
    );

    expect(await store.getBatch(first.batchId)).toMatchObject({ created: 80, succeeded: 80 });
    expect(await store.getBatch(second.batchId)).toMatchObject({ created: 80, succeeded: 80 });
  });

  clause('an end that is committed twice counts once', async ({ store }) => {
    const { batchId, ids } = await createRunningBatch(store, 1);
    const end = ending(await claimOne(store, ids[0] ?? ''));

    await Promise.all([store.commit([end]), store.commit([end]), store.commit([end])]);

    expect(await store.getBatch(batchId)).toMatchObject({ succeeded: 1 });
  });

  clause('a refused checkpoint does not count', async ({ store, clock }) => {
    const { batchId, ids } = await createRunningBatch(store, 1);
    const stale = await claimOne(store, ids[0] ?? '');
    await clock.advance(leaseMs);
    await claimOne(store, stale.id, 'worker-2');

    await store.commit([ending(stale)]);

    expect(await store.getBatch(batchId)).toMatchObject({ succeeded: 0 });
  });

  clause(
    'a redrive subtracts the end from the counters, and the next end adds it again',
    async ({ store }) => {
      const { batchId, ids } = await createRunningBatch(store, 2);
      const { claimed } = await store.claim('worker-1', leaseMs, ids);
      await store.commit(claimed.map((one) => ending(one, 'FAILED')));
      expect(await store.getBatch(batchId)).toMatchObject({ failed: 2 });

      await Promise.all([store.redriveExecutions(ids), store.redriveExecutions(ids)]);
      expect(await store.getBatch(batchId)).toMatchObject({ failed: 0, created: 2 });

      await store.commit([ending(await claimOne(store, ids[0] ?? ''))]);
      expect(await store.getBatch(batchId)).toMatchObject({ failed: 0, succeeded: 1 });
    },
  );

  clause('a retry decided by the worker does not count as an end', async ({ store }) => {
    const { batchId, ids } = await createRunningBatch(store, 1);
    const claimed = await claimOne(store, ids[0] ?? '');

    await store.commit([{ ...sleeping(claimed, 1_000), status: 'PENDING_REDRIVE', attempts: 1 }]);

    expect(await store.getBatch(batchId)).toMatchObject({ created: 1, failed: 0 });
    expect(await store.getExecution(claimed.id)).toMatchObject({ status: 'PENDING_REDRIVE' });
  });

  for (const events of ['[1]', null]) {
    const kind = events === null ? 'of an EXPRESS machine' : 'with history';
    clause(
      `a failed attempt ${kind} counts once when its commit is repeated`,
      async ({ store }) => {
        const { batchId, ids } = await createRunningBatch(store, 2);
        const { claimed } = await store.claim('worker-1', leaseMs, ids);
        const failed = claimed.map((one, index) => {
          const attempt = { status: 'PENDING_REDRIVE', attempts: 1, failedState: '' } as const;
          const history = events === null ? {} : { events, firstEventId: 1 };
          return index === 0 ? { ...sleeping(one, 1_000), ...attempt, ...history } : ending(one);
        });

        await store.commit(failed);
        const repeated = await store.commit(failed);

        expect(repeated).toEqual(new Set(ids));
        expect(await store.getBatch(batchId)).toMatchObject({ retried: 1, succeeded: 1 });
      },
    );
  }

  clause('an execution that is given back before its retry counts no attempt', async (harness) => {
    const { store, clock } = harness;
    const { batchId, ids } = await createRunningBatch(store, 1);
    const [id = ''] = ids;
    const attempt = { status: 'PENDING_REDRIVE', attempts: 1, failedState: '' } as const;
    await store.commit([{ ...sleeping(await claimOne(store, id), 1), ...attempt }]);
    await clock.advance(1);

    const again = await claimOne(store, id);
    await store.commit([{ ...sleeping(again, 1), status: again.status, attempts: again.attempts }]);

    expect(await store.getBatch(batchId)).toMatchObject({ retried: 1 });
  });
}

function figureClauses(clause: Clause): void {
  clause(
    'batch statistics count by status, queue and error, and have durations',
    async ({ store, clock }) => {
      const { id: batchId } = await store.createBatch(newBatch());
      const executions = batchExecutions(batchId, 0, 4).map((execution, index) => ({
        ...execution,
        queue: index === 0 ? 'critical' : 'default',
      }));
      const ids = await create(store, ...executions);
      for (const [index, id] of ids.slice(0, 3).entries()) {
        const claimed = await claimOne(store, id);
        await clock.advance(100 * (index + 1));
        const error = '__proto__';
        await store.commit([
          ending(claimed, index === 2 ? 'FAILED' : 'SUCCEEDED', index === 2 ? { error } : {}),
        ]);
      }

      const { byStatus, byQueue, byError, durationMs } = await store.getBatchStats(batchId);

      expect(byStatus).toEqual({ PENDING: 1, SUCCEEDED: 2, FAILED: 1 });
      expect(byQueue).toEqual({ critical: 1, default: 3 });
      expect(Object.entries(byError)).toEqual([['__proto__', 1]]);
      expect(durationMs).toEqual({ p50: 200, p95: 300, p99: 300 });
    },
  );

  clause('batch statistics of an unknown batch are empty', async ({ store }) => {
    expect(await store.getBatchStats('none')).toEqual({
      byStatus: {},
      byQueue: {},
      byError: {},
      byRetriedError: {},
      open: noOpenExecutions,
      durationMs: null,
    });
  });

  clause('batch statistics leave out other batches', async ({ store }) => {
    await createEnded(store, 'SUCCEEDED', { batchId: 'other', batchIndex: 0 });

    expect((await store.getBatchStats('mine')).byStatus).toEqual({});
  });
}
