/** How runs start: which executions are only ended, and with which machine and limits. */
import { describe, expect, it } from 'vitest';
import { encodeSnapshot, newSnapshot } from '../../../lib/engine/snapshot.ts';
import { noExecutionEnds } from '../../../lib/roles/execution/execution-ends.ts';
import { MachineCatalog } from '../../../lib/roles/execution/machine-catalog.ts';
import { RunFactory } from '../../../lib/roles/execution/run-factory.ts';
import { createClaimedExecution } from '../../support/claimed-execution.ts';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

function setUp() {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler } });
  const factory = new RunFactory({
    ...harness,
    machines: new MachineCatalog(harness.store),
    committer: harness.committer(),
    mapRuns: {
      start: async () => ({ ok: true, submitted: null }),
      redrive: async () => ({ ok: true, submitted: null }),
      isStillEnding: async () => false,
    },
    finishPolicy: { decide: () => ({ kind: 'done' }) },
    executionLogger: { write: () => {} },
    ends: noExecutionEnds,
    stallsMax: 2,
  });
  return { harness, factory, work };
}

describe('a run factory', () => {
  it('an execution is only ended when it is aborted, invalid, stalled too often or past its deadline', () => {
    const { factory, harness } = setUp();
    const now = harness.clock.now();
    const onlyEnds = (changes: Parameters<typeof createClaimedExecution>[0]) =>
      factory.onlyEnds(createClaimedExecution({ claimedAt: now, ...changes }));

    expect(onlyEnds({ abortRequested: true })).toBe(true);
    expect(onlyEnds({ problem: 'not JSON' })).toBe(true);
    expect(onlyEnds({ stalls: 3 })).toBe(true);
    expect(onlyEnds({ deadlineAt: now })).toBe(true);
    expect(onlyEnds({ stalls: 2, deadlineAt: now + 1 })).toBe(false);
  });

  it('an execution whose caller demands its end is ended without calling its handler', async () => {
    const { factory, harness, work } = setUp();
    await harness.register(oneTask);
    const id = await harness.record();
    const claimed = await harness.claim(id);
    const forcedEnd = { error: 'Odd', cause: 'demanded' };
    expect(factory.onlyEnds(claimed, forcedEnd)).toBe(true);

    const run = await factory.create(claimed, forcedEnd);

    expect(await run.run()).toEqual({ kind: 'ended' });
    expect(await harness.store.getExecution(id)).toMatchObject({ status: 'FAILED', ...forcedEnd });
    expect(work.calls).toEqual([]);
  });

  it('the time limit of an execution applies when it is shorter than that of its machine', async () => {
    const { factory, harness, work } = setUp();
    await harness.register({ ...oneTask, TimeoutSeconds: 60 });
    const id = await harness.record({}, { timeoutMs: 5_000 });
    const run = await factory.create(await harness.claim(id));

    const outcome = run.run();
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(5_000);

    expect(await outcome).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('TIMED_OUT');
  });

  it('an execution that was recorded with a snapshot before it started is started', async () => {
    const { factory, harness, work } = setUp();
    await harness.register(oneTask);
    const claimed = await harness.claim(await harness.record());
    const snapshot = encodeSnapshot(newSnapshot());
    const run = await factory.create({ ...claimed, snapshot });

    const outcome = run.run();
    await until(() => work.calls.length === 1, 'the call');
    work.answer(0);

    expect(await outcome).toEqual({ kind: 'ended' });
  });

  it('an execution whose machine is not stored has no run', async () => {
    const { factory } = setUp();

    await expect(factory.create(createClaimedExecution())).rejects.toMatchObject({
      code: 'UNKNOWN_MACHINE',
    });
  });
});
