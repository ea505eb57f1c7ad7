/** How executions of a batch follow one another, and batches of one name. */
import { describe, expect, it } from 'vitest';
import type { BatchOptionsInput } from '../../../lib/batch/batch-options.ts';
import { endBatch, type LeaderHarness, openLeaderHarness } from '../../support/leader-harness.ts';
import { HeldHandler } from '../../support/role-harness.ts';

const never = new AbortController().signal;

/** Opens a harness whose handler answers only when the test says so. */
async function openHeld() {
  const held = new HeldHandler();
  const harness = await openLeaderHarness({ handlers: { work: held.handler } });
  return { harness, held };
}

async function started(harness: LeaderHarness) {
  const running = [harness.leader(), harness.worker(), harness.sweeper()];
  for (const role of running) role.start();
  const stop = () => Promise.all(running.map((role) => harness.stop(role)));
  return { stop };
}

describe('modes', () => {
  it('each execution of a sequential batch begins after the one before has ended', async () => {
    const { harness, held } = await openHeld();
    const id = await harness.batch(3, { mode: 'sequential' });
    const { stop } = await started(harness);

    for (let call = 0; call < 3; call += 1) {
      await harness.pass(() => held.calls.length > call, 'the next call');
      expect(await harness.get(id)).toMatchObject({ created: call + 1, succeeded: call });
      held.answer(call);
    }
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');

    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 3 });
    await stop();
  });

  it('a micro-batch is recorded when all executions of the one before have ended', async () => {
    const { harness, held } = await openHeld();
    const id = await harness.batch(8, { mode: 'microBatches', microBatchSize: 3, chunkSize: 2 });
    const { stop } = await started(harness);

    await harness.pass(() => held.calls.length === 3, 'the first micro-batch');
    held.answer(0);
    held.answer(1);
    await harness.pass(async () => (await harness.get(id)).succeeded === 2, 'two ends');
    await harness.clock.advance(10_000);
    expect(await harness.get(id)).toMatchObject({ created: 3 });
    held.answer(2);
    await harness.pass(() => held.calls.length === 6, 'the second micro-batch');
    for (const call of [3, 4, 5]) held.answer(call);
    await harness.pass(() => held.calls.length === 8, 'the rest');
    for (const call of [6, 7]) held.answer(call);
    await harness.pass(async () => (await harness.get(id)).endedAt !== null, 'the end');

    expect(await harness.get(id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 8 });
    await stop();
  });

  it('a micro-batch that fails is judged before the next one is recorded', async () => {
    const harness = await openLeaderHarness({
      handlers: {
        work: () => {
          throw new Error('down');
        },
      },
    });
    const id = await harness.batch(100, {
      mode: 'microBatches',
      microBatchSize: 10,
      retriesMax: 0,
    });

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'PAUSED', created: 10, failed: 10 });
  });
});

describe('batches of one name', () => {
  async function two(overlap: BatchOptionsInput['overlap']) {
    const { harness, held } = await openHeld();
    const first = await harness.batch(1);
    await harness.clock.advance(5);
    const second = await harness.batch(1, overlap === undefined ? {} : { overlap });
    const { stop } = await started(harness);
    return { harness, held, first, second, stop };
  }

  it('batches of one name run side by side unless their options say otherwise', async () => {
    const { harness, held, stop } = await two(undefined);

    await harness.pass(() => held.calls.length === 2, 'both calls');

    held.answer(0);
    held.answer(1);
    await stop();
  });

  it('a batch with overlap queue waits for the end of the one before, and says so', async () => {
    const { harness, held, first, second, stop } = await two('queue');
    await harness.pass(async () => (await harness.get(second)).reason !== null, 'the reason');
    await harness.clock.advance(10_000);

    expect(await harness.get(second)).toMatchObject({
      status: 'RUNNING',
      created: 0,
      reason: `waits for the end of batch ${first}: overlap is 'queue'`,
    });
    held.answer(0);
    await harness.pass(() => held.calls.length === 2, 'the second call');
    held.answer(1);
    await harness.pass(async () => (await harness.get(second)).endedAt !== null, 'the end');

    expect(await harness.get(second)).toMatchObject({ status: 'SUCCEEDED', reason: null });
    await stop();
  });

  it('a batch with overlap replace cancels the one before and runs after it', async () => {
    const { harness, held, first, second, stop } = await two('replace');

    await harness.pass(async () => (await harness.get(first)).endedAt !== null, 'the end');
    expect(await harness.get(first)).toMatchObject({
      status: 'ABORTED',
      reason: `replaced by batch ${second}`,
    });
    await harness.pass(() => held.calls.some(({ context }) => !context.signal.aborted), 'a call');
    held.answer(held.calls.length - 1);
    await harness.pass(async () => (await harness.get(second)).endedAt !== null, 'the end');

    expect(await harness.get(second)).toMatchObject({ status: 'SUCCEEDED' });
    await stop();
  });
});

describe('names that are taken', () => {
  const named = { kind: 'items', items: ['a', 'b', 'a', 'c'] } as const;

  it('an item that repeats a name of its batch fails, and the batch with it', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(
      { ...named, items: [...named.items] },
      {
        item: { name: '$' },
        chunkSize: 2,
      },
    );

    const batch = await endBatch(harness, id);

    expect(batch).toMatchObject({ status: 'FAILED', created: 4, succeeded: 3, failed: 1 });
    const executions = await harness.listExecutions(id);
    expect(executions[2]).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.InvalidItem',
      cause: 'the name "a" is taken by an earlier item of the batch',
    });
  });

  it('a batch whose items an earlier one had leaves them out, counts them and fails', async () => {
    const harness = await openLeaderHarness();
    const options = { item: { name: '$' }, onNameTaken: 'suffix' } as const;
    await endBatch(harness, await harness.batch({ kind: 'items', items: ['a', 'b'] }, options));

    const again = await endBatch(
      harness,
      await harness.batch({ kind: 'items', items: ['a', 'b'] }, { item: { name: '$' } }),
    );
    const skipped = await endBatch(
      harness,
      await harness.batch(
        { kind: 'items', items: ['a', 'b'] },
        { item: { name: '$' }, onNameTaken: 'skip' },
      ),
    );
    const suffixed = await endBatch(
      harness,
      await harness.batch({ kind: 'items', items: ['a', 'b'] }, options),
    );

    expect(again).toMatchObject({
      status: 'FAILED',
      created: 0,
      leftOut: 2,
      reason: expect.stringContaining('all 2 items were left out'),
    });
    expect(skipped).toMatchObject({ status: 'SUCCEEDED', created: 0, leftOut: 2 });
    expect(suffixed).toMatchObject({ status: 'SUCCEEDED', created: 2, leftOut: 0 });
    expect(await harness.store.findExecution('machine', 'b-1')).not.toBeNull();
  });

  it('a batch that leaves out all of its chunks warns of it once', async () => {
    const harness = await openLeaderHarness();
    const source = { kind: 'items' as const, items: ['a', 'b', 'c'] };
    const options = { item: { name: '$' }, chunkSize: 1 };
    await endBatch(harness, await harness.batch(source, options));

    await endBatch(harness, await harness.batch(source, options));

    const said = harness.logger.entries.filter(({ message }) => message.startsWith('items left'));
    expect(said.map(({ level }) => level)).toEqual(['warn', 'debug', 'debug']);
  });

  it('a leader lets more executions in flight as micro-batches succeed', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(3_000);
    const [leader, executor] = [harness.leader(), harness.executor()];

    await leader.tick(never);
    await leader.tick(never);
    expect(await harness.get(id)).toMatchObject({ created: 400 });
    for (const execution of (await harness.queued()).slice(0, 100)) {
      await executor.run(await harness.claim(execution));
    }
    await leader.tick(never);

    expect(await harness.get(id)).toMatchObject({ created: 1_700, succeeded: 100 });
  });
});
