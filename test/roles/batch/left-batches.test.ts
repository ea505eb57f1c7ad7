/** Batches that only some of the leaders can lead. */
import { describe, expect, it } from 'vitest';
import type { BatchOptionsInput } from '../../../lib/batch/batch-options.ts';
import { openLeaderHarness } from '../../support/leader-harness.ts';

const deployGraceMs = 600_000;
const doubled: BatchOptionsInput = { item: { input: 'double' } };

describe('a batch that a leader cannot lead', () => {
  it('a leader without the transformer leaves a batch to the leader that has it', async () => {
    const harness = await openLeaderHarness();
    const batchId = await harness.batch(3, doubled);
    const older = harness.leader({ transformers: {}, deployGraceMs });
    const newer = harness.leader({ deployGraceMs });

    await older.tick(new AbortController().signal);
    expect(await harness.get(batchId)).toMatchObject({
      status: 'RUNNING',
      reason: expect.stringContaining('waits for a leader that can lead it'),
    });
    await older.tick(new AbortController().signal);
    await newer.tick(new AbortController().signal);

    expect(await harness.get(batchId)).toMatchObject({
      status: 'RUNNING',
      reason: null,
      created: 3,
    });
  });

  it('a leader whose file is missing leaves its batch, once, to the leader that has the file', async () => {
    const harness = await openLeaderHarness();
    const without = await openLeaderHarness();
    harness.files.write('/rows.csv', 'id\n1\n2\n');
    const batchId = await harness.batch({ kind: 'csv', path: '/rows.csv' });
    const older = harness.leader({ files: without.files, deployGraceMs });
    const newer = harness.leader({ deployGraceMs });

    for (let turn = 0; turn < 5; turn += 1) {
      await older.tick(new AbortController().signal);
      await harness.clock.advance(5_000);
    }
    expect(harness.logger.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await older.tick(new AbortController().signal);
    await older.tick(new AbortController().signal);
    await newer.tick(new AbortController().signal);

    expect(await harness.get(batchId)).toMatchObject({ status: 'RUNNING', created: 2 });
  });

  it('a batch is paused with its reason when no leader has been able to lead it for the grace', async () => {
    const harness = await openLeaderHarness();
    const batchId = await harness.batch(3, doubled);
    const leaders = [1, 2].map(() => harness.leader({ transformers: {}, deployGraceMs }));
    const begunAt = harness.clock.now();

    while ((await harness.get(batchId)).status === 'RUNNING') {
      for (const leader of leaders) await leader.tick(new AbortController().signal);
      await harness.clock.advance(1_000);
    }

    const lastedMs = harness.clock.now() - begunAt;
    expect(lastedMs).toBeGreaterThanOrEqual(deployGraceMs);
    expect(lastedMs).toBeLessThan(deployGraceMs + 30_000);
    expect((await harness.get(batchId)).reason).toContain("'double'");
  });

  it('a batch that another leader could lead meanwhile is not paused for what was before', async () => {
    const harness = await openLeaderHarness();
    const batchId = await harness.batch(3, { ...doubled, maxInFlight: 1 });
    const older = harness.leader({ transformers: {}, deployGraceMs });
    await older.tick(new AbortController().signal);
    await older.tick(new AbortController().signal);
    const newer = harness.leader({ deployGraceMs });
    await newer.tick(new AbortController().signal);
    await harness.clock.advance(deployGraceMs);

    await newer.release();
    await older.tick(new AbortController().signal);

    expect(await harness.get(batchId)).toMatchObject({ status: 'RUNNING', created: 1 });
  });

  it('a leader without a grace pauses a batch that it cannot lead at once', async () => {
    const harness = await openLeaderHarness();
    const batchId = await harness.batch(3, doubled);

    await harness.leader({ transformers: {} }).tick(new AbortController().signal);

    expect((await harness.get(batchId)).status).toBe('PAUSED');
  });
});

describe('the lease of a paused batch', () => {
  it('a paused batch is resumed by another leader at once, whether its leader stopped or lives', async () => {
    for (const isStopped of [false, true]) {
      const harness = await openLeaderHarness();
      const batchId = await harness.batch(3, { maxInFlight: 1 });
      const first = harness.leader();
      await first.tick(new AbortController().signal);
      const pause = { batchId, from: ['RUNNING'], to: 'PAUSED', reason: 'a person' } as const;
      await harness.store.transitionBatch(pause);

      if (isStopped) await first.release();
      else await first.tick(new AbortController().signal);
      const resume = { batchId, from: ['PAUSED'], to: 'RUNNING', reason: null } as const;
      await harness.store.transitionBatch(resume);

      const leased = await harness.store.leaseBatches('another', 30_000, 10);
      expect(leased.map(({ id }) => id)).toEqual([batchId]);
    }
  });
});
