/** Failures in batches, and batches that cannot be led. */
import { describe, expect, it } from 'vitest';
import { endBatch, openLeaderHarness } from '../support/leader-harness.ts';
import { cutOff } from '../support/memory-files.ts';

const never = new AbortController().signal;

describe('failures in a batch', () => {
  const failing = { handlers: { work: () => Promise.reject(new Error('no')) } };

  it('a failure rate above the hard threshold pauses the batch, which continues when resumed', async () => {
    const harness = await openLeaderHarness(failing);
    const id = await harness.batch(300, { maxInFlight: 100, retriesMax: 0 });

    const paused = await endBatch(harness, id);

    expect(paused.status).toBe('PAUSED');
    expect(paused.reason).toContain('failure rate');
    expect(paused.created).toBeLessThan(300);
    await harness.store.transitionBatch({
      batchId: id,
      from: ['PAUSED'],
      to: 'RUNNING',
      reason: null,
    });
    const again = await endBatch(harness, id);
    expect(again.created).toBeGreaterThan(paused.created);
  });

  it('a batch with stopOnError ends FAILED at the first failure and is fanned out no further', async () => {
    const harness = await openLeaderHarness(failing);
    const id = await harness.batch(100, { maxInFlight: 2, retriesMax: 0, stopOnError: true });

    const batch = await endBatch(harness, id);

    expect(batch.status).toBe('FAILED');
    expect(batch.reason).toContain('stopOnError');
    expect(batch.created).toBeLessThan(20);
  });

  it('a batch succeeds with the tolerated number of failures, and one more fails it', async () => {
    const failEveryTenth = {
      handlers: {
        work: (item: number) => {
          if (item % 10 === 0) throw new Error('tenth');
          return item;
        },
      },
    };
    const options = { retriesMax: 0, failurePolicy: null } as const;
    const harness = await openLeaderHarness(failEveryTenth);
    const tolerable = await harness.batch(50, { ...options, toleratedFailureCount: 5 });
    expect(await endBatch(harness, tolerable)).toMatchObject({ status: 'SUCCEEDED', failed: 5 });

    const id = await harness.batch(50, { ...options, toleratedFailureCount: 4 });
    const batch = await endBatch(harness, id);
    expect(batch.status).toBe('FAILED');
    expect(batch.reason).toContain('4 are tolerated');
  });
});

describe('a batch that cannot be led', () => {
  it('a batch whose file is missing is paused with the reason', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch({ kind: 'jsonLines', path: 'gone.jsonl' });

    await harness.leader().tick(never);

    const batch = await harness.get(id);
    expect(batch).toMatchObject({ status: 'PAUSED', created: 0 });
    expect(batch.reason).toContain('gone.jsonl');
  });

  it('a batch with an unknown transformer is paused, and the reason names the known ones', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch(3, { item: { input: 'triple' } });

    await harness.leader().tick(never);

    const batch = await harness.get(id);
    expect(batch.status).toBe('PAUSED');
    expect(batch.reason).toContain('double');
  });

  it('a batch with unreachable files is retried with the reason stored, and holds up no other', async () => {
    const harness = await openLeaderHarness();
    const id = await harness.batch({ kind: 'jsonLines', path: 'far.jsonl' });
    const other = await harness.batch(5);
    harness.objects.write('far.jsonl', '1\n2\n');
    const reconnect = cutOff(harness.objects);
    const leader = harness.leader();
    leader.start();

    await harness.pass(async () => (await harness.get(id)).reason !== null, 'the reason');
    expect(await harness.get(id)).toMatchObject({
      status: 'RUNNING',
      reason: 'its files are unreachable, retrying: cannot read far.jsonl: no way there',
    });
    await harness.pass(async () => (await harness.get(other)).created === 5, 'the other batch');
    await harness.clock.advance(3_600_000);
    const warnings = harness.logger.entries.filter(({ message }) =>
      message.startsWith('batch files unreachable'),
    );
    expect(warnings.length).toBeGreaterThan(1);
    reconnect();

    await harness.pass(async () => (await harness.get(id)).sourceDone, 'its items');
    await harness.pass(async () => (await harness.get(id)).reason === null, 'no reason');
    expect(await harness.get(id)).toMatchObject({ status: 'RUNNING', created: 2 });
    await harness.stop(leader);
  });

  it('a batch that cannot be led at the moment holds up no other', async () => {
    const faulty = new Set<string>();
    const harness = await openLeaderHarness({
      store: (real) => ({
        ...real,
        fanOut: async (chunk) => {
          if (faulty.has(chunk.batchId)) throw new Error('bug');
          return real.fanOut(chunk);
        },
      }),
    });
    faulty.add(await harness.batch(5));
    const other = await harness.batch(5);

    await expect(harness.leader().tick(never)).rejects.toThrow('bug');

    expect(await harness.get(other)).toMatchObject({ created: 5 });
  });
});
