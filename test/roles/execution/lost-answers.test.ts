/** Calls that take effect although they fail for the caller: no execution may be left behind. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import { LocalRunner } from '../../../lib/roles/local-runner.ts';
import {
  HeldHandler,
  oneTask,
  RoleHarness,
  typesOfEvents,
  unavailable,
} from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

async function setUp(store: (real: Store) => Store) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, store });
  await harness.register(oneTask);
  return { harness, work };
}

describe('a claim whose answer is lost', () => {
  it('a claim whose answer was lost is repeated by its worker and counts no stall', async () => {
    let lost = 0;
    const { harness, work } = await setUp((real) => ({
      ...real,
      claim: async (...given) => {
        const result = await real.claim(...given);
        lost += 1;
        if (lost <= 2) throw unavailable();
        return result;
      },
    }));
    const id = await harness.submit();
    const worker = harness.worker();
    worker.start();

    await harness.pass(() => work.calls.length === 1, 'the call', 50, 10);
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await harness.stop(worker);

    expect(await harness.store.getExecution(id)).toMatchObject({ stalls: 0, fence: 3 });
  });
});

describe('a second message for a running execution', () => {
  it('a second message for a running execution does not take it from its worker', async () => {
    const { harness, work } = await setUp((real) => real);
    const id = await harness.submit();
    const worker = harness.worker();
    worker.start();
    await harness.pass(() => work.calls.length === 1, 'the call');

    await harness.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);
    await harness.clock.advance(120_000);
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await harness.stop(worker);

    expect(work.calls).toHaveLength(1);
    expect(await harness.store.getExecution(id)).toMatchObject({ stalls: 0, fence: 1 });
  });

  it('a local runner that is called twice for one execution runs it once', async () => {
    const { harness, work } = await setUp((real) => real);
    const id = await harness.record();
    const runner = new LocalRunner({ ...harness, executor: harness.executor() });
    const ends = [runner.runToEnd(id), runner.runToEnd(id)];
    await until(() => work.calls.length === 1, 'the call');

    await harness.clock.advance(10_000);
    work.answer(0);
    let ended = false;
    void Promise.all(ends).then(() => {
      ended = true;
    });
    await harness.pass(() => ended, 'both ends');

    expect(work.calls).toHaveLength(1);
    expect(await harness.store.getExecution(id)).toMatchObject({ fence: 1, status: 'SUCCEEDED' });
  });
});

describe('a checkpoint whose answer is lost until the retries end', () => {
  it('a checkpoint whose answer was lost is not overwritten, and another worker resumes from it', async () => {
    let down = false;
    const { harness, work } = await setUp((real) => ({
      ...real,
      commit: async (checkpoints) => {
        if (down) throw unavailable();
        const written = await real.commit(checkpoints);
        down = checkpoints.flatMap(typesOfEvents).includes('LambdaFunctionScheduled');
        if (down) throw unavailable();
        return written;
      },
    }));
    const id = await harness.submit();
    const worker = harness.worker();
    const sweeper = harness.sweeper();
    worker.start();
    sweeper.start();
    await harness.pass(() => down, 'the lost answer');
    const written = (await harness.store.getExecution(id))?.snapshot;
    await harness.clock.advance(35_000);
    expect((await harness.store.getExecution(id))?.snapshot).toBe(written);

    down = false;
    await harness.pass(() => work.calls.length === 1, 'the call');
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await harness.stop(worker);
    await harness.stop(sweeper);

    const ids = (await harness.readHistory(id)).map((event) => event.id);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    expect(await harness.readEventTypes(id)).toContain('LambdaFunctionSucceeded');
  });
});
