/** Files of results are written in parts, and are continued after any of them. */
import { describe, expect, it } from 'vitest';
import { readResultPages } from '../../../lib/batch/results/read-result-pages.ts';
import {
  type WriteProgress,
  writeResultFile,
} from '../../../lib/batch/results/write-result-file.ts';
import type { BatchItemResult, BatchQueries } from '../../../lib/ports/store/batch-queries.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { resultItem } from './result-item.ts';

/** Rows of a batch, with the limits of the reads that were made of them. */
function storeOf(rows: readonly BatchItemResult[]) {
  const limits: number[] = [];
  const store: Pick<BatchQueries, 'listResults'> = {
    listResults: async (_, { limit, cursor }) => {
      limits.push(limit);
      const from = Number(cursor ?? 0);
      const next = from + limit < rows.length ? String(from + limit) : null;
      return { entries: rows.slice(from, from + limit), next };
    },
  };
  return { store, limits };
}

const rowsOf = (count: number, input = '{}') =>
  Array.from({ length: count }, (_, index) => resultItem(index, { input, output: null }));

describe('readResultPages', () => {
  it('pages have all rows in their order, and large documents make small pages', async () => {
    for (const [input, largest] of [
      ['{}', 500],
      [JSON.stringify('x'.repeat(200_000)), 50],
    ] as const) {
      const { store, limits } = storeOf(rowsOf(1_200, input));
      const indexes: (number | null)[] = [];
      let pageMax = 0;

      for await (const { rows } of readResultPages(store, 'b')) {
        indexes.push(...rows.map(({ batchIndex }) => batchIndex));
        pageMax = Math.max(pageMax, rows.length);
      }

      expect(indexes).toEqual(Array.from({ length: 1_200 }, (_, index) => index));
      expect(pageMax).toBe(largest);
      expect(Math.max(...limits.slice(1))).toBeLessThanOrEqual(input === '{}' ? 500 : 10);
    }
  });
});

describe('writeResultFile', () => {
  // 200 rows are more than one part.
  const rows = rowsOf(200, JSON.stringify({ text: 'x'.repeat(100_000) }));
  const request = { batchId: 'b', output: 'bucket/a.jsonl', format: 'jsonl' } as const;

  it('a file appears once, complete, when its last part is written', async () => {
    const outputs = new MemoryFiles();
    const seen: boolean[] = [];
    const onProgress = async () => {
      seen.push(
        await outputs.stat(request.output).then(
          () => true,
          () => false,
        ),
      );
      return true;
    };

    const written = await writeResultFile(
      { store: storeOf(rows).store, outputs, onProgress },
      request,
    );

    const text = outputs.readText(request.output);
    expect(written).toEqual({ items: 200, bytes: text.length });
    expect(
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).index),
    ).toEqual(rows.map(({ batchIndex }) => batchIndex));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).not.toContain(true);
    expect(outputs.uploads.size).toBe(0);
  });

  it('a file that was ended after any part goes on there, and is the same in the end', async () => {
    const whole = new MemoryFiles();
    await writeResultFile({ store: storeOf(rows).store, outputs: whole }, request);
    const outputs = new MemoryFiles();
    let progress: WriteProgress | null = null;
    let calls = 0;

    for (let written = null; written === null; calls += 1) {
      const { store } = storeOf(rows);
      let parts = 0;
      const onProgress = async (reached: WriteProgress) => {
        progress = reached;
        parts += 1;
        return parts < 1;
      };
      written = await writeResultFile({ store, outputs, onProgress }, request, progress);
    }

    expect(calls).toBeGreaterThan(2);
    expect(outputs.readText(request.output)).toBe(whole.readText(request.output));
  });

  it('an empty batch makes an empty file, and a condition leaves rows out', async () => {
    const outputs = new MemoryFiles();

    await writeResultFile({ store: storeOf([]).store, outputs }, request);
    expect(outputs.readText(request.output)).toBe('');
    const isWanted = ({ batchIndex }: BatchItemResult) => batchIndex === 3;
    await writeResultFile({ store: storeOf(rowsOf(9)).store, outputs }, { ...request, isWanted });

    expect(JSON.parse(outputs.readText(request.output))).toMatchObject({ index: 3 });
  });
});
