/** Chunks of a batch: as many items as it says, fewer where they are large. */
import { describe, expect, it } from 'vitest';
import { openLeaderHarness } from '../../support/leader-harness.ts';

/** The sizes of the chunks that a batch over `items` is recorded in. */
async function chunksOf(items: readonly string[], chunkSize: number): Promise<number[]> {
  const chunks: number[] = [];
  const harness = await openLeaderHarness();
  const { fanOut } = harness.store;
  harness.store.fanOut = (chunk) => {
    chunks.push(chunk.executions.length);
    return fanOut(chunk);
  };
  const id = await harness.batch({ kind: 'items', items: [...items] }, { chunkSize });
  await harness.leader().tick(new AbortController().signal);
  const executions = await harness.executionsOf(id);
  expect(executions.map(({ batchIndex }) => batchIndex)).toEqual([...items.keys()]);
  return chunks;
}

const large = 'x'.repeat(200_000);

describe('fan-out', () => {
  it('records large items in chunks of two million characters at most', async () => {
    expect(await chunksOf(Array(24).fill(large), 1_000)).toEqual([9, 9, 6]);
  });

  it('goes back to the size that the batch says where items are small again', async () => {
    const items = [...Array(10).fill(large), ...Array(90).fill('small')];

    expect(await chunksOf(items, 50)).toEqual([9, 9, 18, 36, 28]);
  });
});
