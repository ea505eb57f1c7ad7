/** Batches that a person aborts: they stop in steps, and nothing of them is left behind. */
import { describe, expect, it } from 'vitest';
import { type LeaderHarness, openLeaderHarness } from '../../support/leader-harness.ts';
import { distributedMap, openMapRunHarness } from '../../support/map-run-harness.ts';
import { HeldHandler } from '../../support/role-harness.ts';

const never = new AbortController().signal;

/** The roles at work on handlers that never answer by themselves. */
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

/** How many executions of the batch are in which status. */
async function statusesOf(
  harness: LeaderHarness,
  batchId: string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await harness.executionsOf(batchId)) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

describe('a batch that a person aborts', () => {
  it('stops what runs, what waits and what was not read yet, and then is ABORTED', async () => {
    const { harness, held } = await heldHarness();
    const id = await harness.batch(50, { maxInFlight: 20 });
    const [leader, worker] = [harness.leader(), harness.worker({ concurrency: 5 })];
    leader.start();
    worker.start();
    await harness.pass(() => held.calls.length === 5, 'the first calls');

    await harness.store.abortBatch(id, 'no more of it');
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');
    await Promise.all([harness.stop(leader), harness.stop(worker)]);

    expect(await harness.get(id)).toMatchObject({
      ...{ status: 'ABORTED', reason: 'no more of it', created: 20, aborted: 20 },
    });
    expect(await statusesOf(harness, id)).toEqual({ ABORTED: 20 });
    expect(held.calls.every(({ context }) => context.signal.aborted)).toBe(true);
  });

  it('keeps what had ended before', async () => {
    const { harness, held } = await heldHarness();
    const id = await harness.batch(3);
    const roles = [harness.leader(), harness.worker()];
    for (const role of roles) role.start();
    await harness.pass(() => held.calls.length === 3, 'the calls');
    held.answer(0);
    await harness.pass(async () => (await harness.get(id)).succeeded === 1, 'one end');

    await harness.store.abortBatch(id, 'enough');
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');
    await Promise.all(roles.map((role) => harness.stop(role)));

    expect(await statusesOf(harness, id)).toEqual({ SUCCEEDED: 1, ABORTED: 2 });
  });

  it('is aborted by another leader when the one that began it crashed', async () => {
    const { harness } = await heldHarness();
    const id = await harness.batch(30, { maxInFlight: 10 });
    await harness.leader().tick(never);
    await harness.store.abortBatch(id, 'stop');
    await harness.leader().tick(never);
    await harness.clock.advance(30_000);

    await runToEnd(harness, id);

    expect(await harness.get(id)).toMatchObject({ status: 'ABORTED', created: 10, aborted: 10 });
  });

  it('goes on at once under another leader when the first one stops', async () => {
    let asked = 0;
    const harness = await openLeaderHarness({
      store: (real) => ({
        ...real,
        requestAbort: async (ids) => {
          asked += ids.length;
          return real.requestAbort(ids);
        },
      }),
    });
    const id = await harness.batch(2);
    await harness.leader().tick(never);
    await harness.clock.advance(30_000);
    await harness.store.abortBatch(id, 'stop');
    const second = harness.leader();
    second.start();
    await harness.pass(() => asked === 2, 'the order');
    await second.stop();

    const leased = await harness.store.leaseBatches('another', 1_000, 10);

    expect(leased.map((batch) => batch.id)).toEqual([id]);
  });

  it('ends also when it was paused, and when its source cannot be read', async () => {
    const harness = await openLeaderHarness();
    const paused = await harness.batch(5);
    const unreadable = await harness.batch({ kind: 'csv', path: 'none.csv' });
    const change = { from: ['RUNNING'], to: 'PAUSED', reason: null } as const;
    await harness.store.transitionBatch({ batchId: paused, ...change });
    await harness.leader().tick(never);
    expect((await harness.get(unreadable)).status).toBe('PAUSED');

    for (const id of [paused, unreadable]) await harness.store.abortBatch(id, 'away with it');
    await harness.clock.advance(30_000);
    for (const id of [paused, unreadable]) await runToEnd(harness, id);

    expect(await harness.get(paused)).toMatchObject({ status: 'ABORTED', created: 0 });
    expect(await harness.get(unreadable)).toMatchObject({ status: 'ABORTED', created: 0 });
  });

  it('aborts also what is redriven meanwhile', async () => {
    const { harness } = await heldHarness();
    const id = await harness.batch(2);
    const leader = harness.leader();
    await leader.tick(never);
    const [first, second] = (await harness.executionsOf(id)).map((execution) => execution.id);
    const end = async (executionId = '') => {
      await harness.store.requestAbort([executionId]);
      await harness.executor().run(await harness.claim(executionId));
    };
    await end(first);
    await harness.store.abortBatch(id, 'all of it');
    await leader.tick(never);

    await harness.store.redriveExecutions([first ?? '']);
    await end(second);
    await harness.clock.advance(60_000);
    await runToEnd(harness, id);

    expect(await harness.get(id)).toMatchObject({ status: 'ABORTED', created: 2, aborted: 2 });
  });
});

describe('a map run that a person aborts', () => {
  it('stops its children and fails its Map, which the definition may catch', async () => {
    const caught = { Catch: [{ ErrorEquals: ['Millrace.Aborted'], Next: 'Caught' }] };
    const machine = distributedMap(caught);
    const states = { ...machine.States, Caught: { Type: 'Pass', End: true } };
    const harness = await openMapRunHarness(
      { ...machine, States: states },
      { handlers: { work: new HeldHandler().handler } },
    );
    const id = await harness.submit([1, 2]);
    let asked = false;

    await harness.runUntil(async () => {
      const [run] = await harness.mapRuns();
      if (run?.created === 2 && !asked) {
        asked = await harness.store.abortBatch(run.id, 'the file was wrong');
      }
      return (await harness.execution(id)).endedAt !== null && run?.endedAt !== null;
    }, 'the end of the parent');

    expect(await harness.mapRun()).toMatchObject({ status: 'ABORTED', aborted: 2 });
    const parent = await harness.execution(id);
    expect(parent).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(parent.output ?? '')).toMatchObject({
      ...{ Error: 'Millrace.Aborted', Cause: 'the file was wrong' },
    });
  });
});
