/** The promises of every file source: it continues from a cursor, and detects a changed file. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import type { BatchSource } from '../../../lib/batch/batch-source.ts';
import { createCsvSource } from '../../../lib/batch/sources/csv-source.ts';
import { createJsonArraySource } from '../../../lib/batch/sources/json-array-source.ts';
import { createJsonLinesSource } from '../../../lib/batch/sources/json-lines-source.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { readAll } from '../../support/read-source.ts';

const count = 5_000;
const numbers = Array.from({ length: count }, (_, index) => index);

const kinds: [string, (files: MemoryFiles) => BatchSource, string][] = [
  [
    'csv',
    (files) => createCsvSource(files, 'f'),
    `n,text\n${numbers.map((n) => `${n},t`).join('\n')}\n`,
  ],
  [
    'json lines',
    (files) => createJsonLinesSource(files, 'f'),
    numbers.map((n) => `{"n":${n}}`).join('\n'),
  ],
  ['json array', (files) => createJsonArraySource(files, 'f'), JSON.stringify(numbers)],
];

for (const [kind, open, content] of kinds) {
  const filesWith = (text: string, pieceBytes = 1_000) => {
    const files = new MemoryFiles(pieceBytes);
    files.write('f', text);
    return files;
  };

  describe(`a file of ${kind}`, () => {
    it(`a file source of ${kind} continues in the open file at its cursor`, async () => {
      const files = filesWith(content);

      const items = await readAll(open(files), 100);

      expect(items.map(({ index }) => index)).toEqual(numbers);
      expect(files.opened).toEqual([0, 0]);
      expect(files.openNow).toBe(0);
    });

    it(`a file source of ${kind} reads from a saved cursor, and nothing before it`, async () => {
      const first = await open(filesWith(content)).read(null, count - 10);
      const files = filesWith(content);

      const rest = await open(files).read(first.cursor, 100);

      expect(rest.items.map(({ index }) => index)).toEqual(numbers.slice(-10));
      expect(rest.done).toBe(true);
      expect(files.bytesRead).toBeLessThan(200);
    });

    it(`a file source of ${kind} reads no more than a piece ahead, however large the file`, async () => {
      const files = filesWith(content);
      const source = open(files);

      await source.read(null, 1);

      expect(files.bytesRead).toBeLessThanOrEqual(2_000);
      await source.close();
      expect(files.openNow).toBe(0);
    });

    it(`a file source of ${kind} reads a chunk again when its cursor was not saved`, async () => {
      const source = open(filesWith(content));
      const first = await source.read(null, 3);
      const lost = await source.read(first.cursor, 3);

      const again = await source.read(first.cursor, 3);

      expect(again).toEqual(lost);
    });

    it(`a file source of ${kind} refuses to continue in a file that has changed`, async () => {
      const files = filesWith(content);
      const { cursor } = await open(files).read(null, 3);
      files.write('f', content);

      await expect(open(files).read(cursor, 3)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('f has changed since its first 3 items were read'),
      });
    });

    it(`a file source of ${kind} throws FILE_NOT_READABLE for a missing file`, async () => {
      await expect(open(new MemoryFiles()).read(null, 1)).rejects.toMatchObject({
        code: 'FILE_NOT_READABLE',
      });
    });

    it(`a file source of ${kind} refuses a cursor that was saved for something else`, async () => {
      for (const cursor of [7, 'x', {}, { byte: 0 }] satisfies Json[]) {
        await expect(open(filesWith(content)).read(cursor, 1)).rejects.toMatchObject({
          code: 'CONFLICT',
        });
      }
    });
  });
}
