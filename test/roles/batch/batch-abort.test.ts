/** Aborting batches and map runs. */
import { describe, expect, it } from 'vitest';
import { type LeaderHarness, openLeaderHarness } from '../../support/leader-harness.ts';
import { distributedMap, openMapRunHarness } from '../../support/map-run-harness.ts';
import { HeldHandler } from '../../support/role-harness.ts';

const never = new AbortController().signal;

/** Opens a harness whose handler answers only when the test says so. */
async function heldHarness() {
  const held = new HeldHandler();
  const harness = await openLeaderHarness({ handlers: { work: held.handler } });
  return { harness, held };
}

/** Runs leader, worker and sweeper until the batch has ended. */
async function runToEnd(harness: LeaderHarness, batchId: string): Promise<void> {
  const roles = [harness.leader(), harness.worker(), harness.sweeper()];
  for (const role of roles) role.start();
  await harness.pass(async () => (await harness.get(batchId)).endedAt !== null, 'the end');
  await Promise.all(roles.map((role) => harness.stop(role)));
}

/** Counts the executions of the batch by status. */
async function countByStatus(
  harness: LeaderHarness,
  batchId: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await harness.listExecutions(batchId)) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

describe('aborting a batch', () => {
  it('an aborted batch ends ABORTED with everything that runs, waits or was not read yet', async () => {
    const { harness, held } = await heldHarness();
    const id = await harness.batch(50, { maxInFlight: 20 });
    const [leader, worker] = [harness.leader(), harness.worker({ concurrency: 5 })];
    leader.start();
    worker.start();
    await harness.pass(() => held.calls.length === 5, 'the first calls');

    await harness.store.requestBatchAbort(id, 'no more of it');
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');
    await Promise.all([harness.stop(leader), harness.stop(worker)]);

    expect(await harness.get(id)).toMatchObject({
      status: 'ABORTED',
      reason: 'no more of it',
      created: 20,
      aborted: 20,
    });
    expect(await countByStatus(harness, id)).toEqual({ ABORTED: 20 });
    expect(held.calls.every(({ context }) => context.signal.aborted)).toBe(true);
  });

  it('an aborted batch keeps the results of executions that had ended before', async () => {
    const { harness, held } = await heldHarness();
    const id = await harness.batch(3);
    const roles = [harness.leader(), harness.worker()];
    for (const role of roles) role.start();
    await harness.pass(() => held.calls.length === 3, 'the calls');
    held.answer(0);
    await harness.pass(async () => (await harness.get(id)).succeeded === 1, 'one end');

    await harness.store.requestBatchAbort(id, 'enough');
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');
    await Promise.all(roles.map((role) => harness.stop(role)));

    expect(await countByStatus(harness, id)).toEqual({ SUCCEEDED: 1, ABORTED: 2 });
  });

  it('another leader aborts a batch when the leader that started to abort it crashed', async () => {
    const { harness } = await heldHarness();
    const id = await harness.batch(30, { maxInFlight: 10 });
    await harness.leader().tick(never);
    await harness.store.requestBatchAbort(id, 'stop');
    await harness.leader().tick(never);
    await harness.clock.advance(30_000);

    await runToEnd(harness, id);

    expect(await harness.get(id)).toMatchObject({ status: 'ABORTED', created: 10, aborted: 10 });
  });

  it('an aborted batch is free for another leader as soon as its leader stops', async () => {
    let requested = 0;
    const harness = await openLeaderHarness({
      store: (real) => ({
        ...real,
        requestAbort: async (ids) => {
          requested += ids.length;
          return real.requestAbort(ids);
        },
      }),
    });
    const id = await harness.batch(2);
    await harness.leader().tick(never);
    await harness.clock.advance(30_000);
    await harness.store.requestBatchAbort(id, 'stop');
    const second = harness.leader();
    second.start();
    await harness.pass(() => requested === 2, 'the requests');
    await second.stop();

    const leased = await harness.store.leaseBatches('another', 1_000, 10);

    expect(leased.map((batch) => batch.id)).toEqual([id]);
  });

  it('a paused batch and one with an unreadable source can be aborted', async () => {
    const harness = await openLeaderHarness();
    const paused = await harness.batch(5);
    const unreadable = await harness.batch({ kind: 'csv', path: 'none.csv' });
    const change = { from: ['RUNNING'], to: 'PAUSED', reason: null } as const;
    await harness.store.transitionBatch({ batchId: paused, ...change });
    await harness.leader().tick(never);
    expect((await harness.get(unreadable)).status).toBe('PAUSED');

    for (const id of [paused, unreadable])
      await harness.store.requestBatchAbort(id, 'no longer needed');
    await harness.clock.advance(30_000);
    for (const id of [paused, unreadable]) await runToEnd(harness, id);

    expect(await harness.get(paused)).toMatchObject({ status: 'ABORTED', created: 0 });
    expect(await harness.get(unreadable)).toMatchObject({ status: 'ABORTED', created: 0 });
  });

  it('an aborted batch also aborts an execution that is redriven meanwhile', async () => {
    const { harness } = await heldHarness();
    const id = await harness.batch(2);
    const leader = harness.leader();
    await leader.tick(never);
    const [first, second] = (await harness.listExecutions(id)).map((execution) => execution.id);
    const end = async (executionId = '') => {
      await harness.store.requestAbort([executionId]);
      await harness.executor().run(await harness.claim(executionId));
    };
    await end(first);
    await harness.store.requestBatchAbort(id, 'all of it');
    await leader.tick(never);

    await harness.store.redriveExecutions([first ?? '']);
    await end(second);
    await harness.clock.advance(60_000);
    await runToEnd(harness, id);

    expect(await harness.get(id)).toMatchObject({ status: 'ABORTED', created: 2, aborted: 2 });
  });
});

describe('aborting a map run', () => {
  it('an aborted map run stops its children and fails its Map with an error that can be caught', async () => {
    const caught = { Catch: [{ ErrorEquals: ['Millrace.Aborted'], Next: 'Caught' }] };
    const machine = distributedMap(caught);
    const states = { ...machine.States, Caught: { Type: 'Pass', End: true } };
    const harness = await openMapRunHarness(
      { ...machine, States: states },
      { handlers: { work: new HeldHandler().handler } },
    );
    const id = await harness.submit([1, 2]);
    let isRequested = false;

    await harness.runUntil(async () => {
      const [run] = await harness.mapRuns();
      if (run?.created === 2 && !isRequested) {
        isRequested = await harness.store.requestBatchAbort(run.id, 'the file was wrong');
      }
      return (await harness.execution(id)).endedAt !== null && run?.endedAt !== null;
    }, 'the end of the parent');

    expect(await harness.mapRun()).toMatchObject({ status: 'ABORTED', aborted: 2 });
    const parent = await harness.execution(id);
    expect(parent).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(parent.output ?? '')).toMatchObject({
      Error: 'Millrace.Aborted',
      Cause: 'the file was wrong',
    });
  });
});
