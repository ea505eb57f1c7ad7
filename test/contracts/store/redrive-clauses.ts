/** Redrives of ended executions. */
import { expect } from 'vitest';
import {
  type Clause,
  claimOne,
  create,
  createClaimed,
  createEnded,
  ending,
  newExecution,
  nextId,
  wokenIds,
} from './store-harness.ts';

/** Defines the clauses about redrives. */
export function redriveClauses(clause: Clause): void {
  clause(
    'a redriven execution is runnable with its snapshot and no attempts',
    async ({ store }) => {
      const id = await createEnded(store, 'FAILED', {}, { attempts: 3, snapshot: '{"at":"B"}' });

      const wakeups = await store.redriveExecutions([id]);

      expect(wakeups).toEqual([{ executionId: id, queue: 'default', batchId: null }]);
      expect(await store.getExecution(id)).toMatchObject({
        status: 'PENDING_REDRIVE',
        attempts: 0,
        endedAt: null,
        error: null,
        cause: null,
      });
      expect(await claimOne(store, id)).toMatchObject({
        status: 'PENDING_REDRIVE',
        snapshot: '{"at":"B"}',
        attempts: 0,
        stalls: 0,
      });
    },
  );

  clause(
    'timed-out and aborted executions can be redriven, succeeded and open ones cannot',
    async ({ store }) => {
      const timedOut = await createEnded(store, 'TIMED_OUT');
      const aborted = await createEnded(store, 'ABORTED');
      const succeeded = await createEnded(store, 'SUCCEEDED');
      const [pending = ''] = await create(store, newExecution());
      const { id: held } = await createClaimed(store);

      const wakeups = await store.redriveExecutions([
        timedOut,
        aborted,
        succeeded,
        pending,
        held,
        nextId(),
        'no-uuid',
      ]);

      expect(wokenIds(wakeups)).toEqual([timedOut, aborted].sort());
      expect(await store.redriveExecutions([])).toEqual([]);
    },
  );

  clause(
    'a redrive gives other versions to the executions of the machines that it names',
    async ({ store }) => {
      const [failed, archived] = [
        await createEnded(store, 'FAILED', { machineVersion: 1 }),
        await createEnded(store, 'FAILED', { machineVersion: 1 }),
      ];
      const other = await createEnded(store, 'FAILED', { machineId: 'other', machineVersion: 1 });
      const { machineId = '' } = (await store.getExecution(failed)) ?? {};
      const versions = { [machineId]: 7 };
      const message = { queue: 'default', body: '', reason: 'why', deliveries: 0, sentAt: 0 };
      await store.archive([{ ...message, taskId: archived }]);

      await store.redriveExecutions([failed, other], versions);
      await store.redriveArchived({ taskIds: [archived] }, 10, versions);

      for (const id of [failed, archived]) {
        expect(await claimOne(store, id)).toMatchObject({ machineVersion: 7 });
      }
      expect(await claimOne(store, other)).toMatchObject({ machineVersion: 1 });
    },
  );

  clause('one of two concurrent redrives returns the task', async ({ store }) => {
    const id = await createEnded(store, 'FAILED');

    const wakeups = await Promise.all([1, 2, 3].map(() => store.redriveExecutions([id])));

    expect(wokenIds(wakeups.flat())).toEqual([id]);
  });

  clause('the worker that ended an execution cannot write after its redrive', async ({ store }) => {
    const claimed = await createClaimed(store);
    const end = ending(claimed, 'FAILED');
    await store.commit([end]);
    await store.redriveExecutions([claimed.id]);

    expect(await store.commit([end])).toEqual(new Set());
    expect(await store.getExecution(claimed.id)).toMatchObject({ status: 'PENDING_REDRIVE' });
  });

  clause('an abort request from before a redrive does not abort it', async ({ store }) => {
    const claimed = await createClaimed(store);
    await store.requestAbort([claimed.id]);
    await store.commit([ending(claimed, 'ABORTED')]);
    await store.redriveExecutions([claimed.id]);

    expect(await claimOne(store, claimed.id)).toMatchObject({ abortRequested: false });
  });
}
