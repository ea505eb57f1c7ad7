/** Redriven executions whose distributed Map has failed. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { distributedMap, openMapRunHarness } from '../../support/map-run-harness.ts';
import { HeldHandler } from '../../support/role-harness.ts';

/** Parses the output of an execution. */
function parseOutput({ output }: { readonly output: string | null }): Json {
  return output === null ? null : (JSON.parse(output) as Json);
}

describe('a redriven distributed Map', () => {
  it('a redriven Map continues with the children that did not succeed, under the same map run', async () => {
    const called: Json[] = [];
    let isRepaired = false;
    const work = (item: Json) => {
      called.push(item);
      if (!isRepaired && item === 2) throw Object.assign(new Error('no'), { name: 'Unlucky' });
      return Number(item) * 10;
    };
    const harness = await openMapRunHarness(distributedMap(), { handlers: { work } });
    const failed = await harness.run([1, 2, 3]);
    expect(failed.status).toBe('FAILED');
    const before = await harness.mapRun();
    called.length = 0;
    isRepaired = true;

    const parent = await harness.redrive(failed.id);

    expect([parent.status, parseOutput(parent)]).toEqual(['SUCCEEDED', [10, 20, 30]]);
    expect(called).toContain(2);
    expect(called).not.toContain(1);
    const after = await harness.mapRun();
    expect(after).toMatchObject({ id: before.id, status: 'SUCCEEDED', succeeded: 3, failed: 0 });
    const types = await harness.readEventTypes(parent.id);
    expect(types.slice(types.indexOf('ExecutionRedriven'))).toEqual([
      'ExecutionRedriven',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('a Map that fails again is redriven again, and its items without a child get one', async () => {
    let isRepaired = false;
    const work = (item: Json) => {
      if (!isRepaired) throw Object.assign(new Error('no'), { name: 'Unlucky' });
      return item;
    };
    const harness = await openMapRunHarness(distributedMap({ MaxConcurrency: 1 }), {
      handlers: { work },
    });
    const failed = await harness.run(['a', 'b', 'c', 'd']);
    const again = await harness.redrive(failed.id);
    expect(again.status).toBe('FAILED');
    isRepaired = true;

    const parent = await harness.redrive(failed.id);

    expect(parseOutput(parent)).toEqual(['a', 'b', 'c', 'd']);
    expect(await harness.mapRun()).toMatchObject({ status: 'SUCCEEDED', created: 4 });
  });

  it('a Map whose run was cancelled by a user goes on when it is redriven', async () => {
    const held = new HeldHandler();
    let isHeld = true;
    const work = (...call: Parameters<typeof held.handler>) => (isHeld ? held.handler(...call) : 5);
    const harness = await openMapRunHarness(distributedMap(), { handlers: { work } });
    const id = await harness.submit([1]);
    await harness.runUntil(() => held.calls.length === 1, 'the call of the child');
    await harness.store.requestBatchAbort((await harness.mapRun()).id, 'not now');
    await harness.runUntil(
      async () => (await harness.execution(id)).endedAt !== null,
      'the end of the parent',
    );
    isHeld = false;

    const parent = await harness.redrive(id);

    expect(parseOutput(parent)).toEqual([5]);
  });

  it('an execution whose map run has not ended yet is given back, so that its worker can end the children', async () => {
    const harness = await openMapRunHarness(distributedMap());
    const executor = harness.executor();
    const id = await harness.submit([1]);
    const run = async () => executor.run(await harness.claim(id));
    await run();
    await harness.leader().tick(new AbortController().signal);
    expect(await harness.mapRun()).toMatchObject({ created: 1, endedAt: null });
    await harness.store.requestAbort([id]);
    expect(await run()).toEqual({ kind: 'ended' });
    await harness.store.redriveExecutions([id]);

    expect(await run()).toEqual({ kind: 'suspended', dueInMs: 1_000 });

    expect(await harness.execution(id)).toMatchObject({
      status: 'PENDING_REDRIVE',
      workerId: null,
    });
    await harness.runUntil(
      async () => (await harness.execution(id)).endedAt !== null,
      'the redriven end',
    );
    expect(parseOutput(await harness.execution(id))).toEqual([1]);
  });

  it('a Map whose children retention has deleted fails again, and says why', async () => {
    const work = () => {
      throw Object.assign(new Error('no'), { name: 'Unlucky' });
    };
    const harness = await openMapRunHarness(distributedMap(), { handlers: { work } });
    const failed = await harness.run([1, 2, 3]);
    const { created } = await harness.mapRun();
    expect(await harness.store.pruneExecutions(0, 100)).toBe(created);

    const parent = await harness.redrive(failed.id);

    expect(parent).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining(`retention has deleted ${created} of the ${created} children`),
    });
  });

  it('a Map whose children retention deletes while it is redriven fails, and says why', async () => {
    const work = (item: Json) => {
      if (item === 2) throw Object.assign(new Error('no'), { name: 'Unlucky' });
      return item;
    };
    const deletingBeforeRedrive = (real: Store): Store => ({
      ...real,
      transitionBatch: async (change) => {
        if (change.to === 'RUNNING' && change.from.includes('FAILED')) {
          await real.pruneExecutions(0, 100);
        }
        return await real.transitionBatch(change);
      },
    });
    const harness = await openMapRunHarness(distributedMap({ MaxConcurrency: 1 }), {
      handlers: { work },
      store: deletingBeforeRedrive,
    });
    const failed = await harness.run([1, 2]);
    expect(await harness.mapRun()).toMatchObject({ created: 2, succeeded: 1, failed: 1 });

    const parent = await harness.redrive(failed.id);

    expect(parent).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining('retention has deleted 1 of the 2 children'),
    });
  });
});
