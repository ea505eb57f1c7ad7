/** The chunks that a batch is recorded in. */
import { describe, expect, it } from 'vitest';
import { openLeaderHarness } from '../../support/leader-harness.ts';

/** Returns the sizes of the chunks that a batch over `items` is recorded in. */
async function recordedChunks(items: readonly string[], chunkSize: number): Promise<number[]> {
  const chunks: number[] = [];
  const harness = await openLeaderHarness();
  const { fanOut } = harness.store;
  harness.store.fanOut = (chunk) => {
    chunks.push(chunk.executions.length);
    return fanOut(chunk);
  };
  const id = await harness.batch({ kind: 'items', items: [...items] }, { chunkSize });
  await harness.leader().tick(new AbortController().signal);
  const executions = await harness.listExecutions(id);
  expect(executions.map(({ batchIndex }) => batchIndex)).toEqual([...items.keys()]);
  return chunks;
}

const large = 'x'.repeat(200_000);

describe('the chunks of a batch', () => {
  it('large items are recorded in chunks of at most two million characters', async () => {
    expect(await recordedChunks(Array(24).fill(large), 1_000)).toEqual([9, 9, 6]);
  });

  it('chunks grow back to the chunk size of the batch when items are small again', async () => {
    const items = [...Array(10).fill(large), ...Array(90).fill('small')];

    expect(await recordedChunks(items, 50)).toEqual([9, 9, 18, 36, 28]);
  });
});
