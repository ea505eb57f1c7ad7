/** CSV files as sources. */

import { describe, expect, it } from 'vitest';
import {
  type CsvOptions,
  columnsMax,
  createCsvSource,
} from '../../../lib/batch/sources/csv-source.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import fc from '../../support/properties.ts';
import { contents, readAll, readAnew } from '../../support/read-source.ts';

function source(content: string | Uint8Array, options: CsvOptions = {}, pieceBytes?: number) {
  const files = new MemoryFiles(pieceBytes);
  files.write('rows.csv', content);
  return createCsvSource(files, 'rows.csv', options);
}

const read = async (content: string | Uint8Array, options: CsvOptions = {}) =>
  contents(await readAll(source(content, options)));

describe('CSV rows', () => {
  it('CSV rows are objects of strings by column name, in the order of the header', async () => {
    const items = await readAll(source('id,name,cost\n1, Ada ,007\n2,,\n'));

    expect(items).toEqual([
      { index: 0, value: { id: '1', name: ' Ada ', cost: '007' } },
      { index: 1, value: { id: '2', name: '', cost: '' } },
    ]);
  });

  it('quoted CSV fields may contain commas, quotes and newlines', async () => {
    expect(await read('a,b\n"1,2","say ""hi""\r\nto all"\nx,y')).toEqual([
      { a: '1,2', b: 'say "hi"\r\nto all' },
      { a: 'x', b: 'y' },
    ]);
  });

  it('CSV rows may end with LF, CRLF or CR, even mixed', async () => {
    expect(await read('a,b\r\n1,2\n3,4\r\n5,6\r7,8')).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
      { a: '5', b: '6' },
      { a: '7', b: '8' },
    ]);
  });

  it('the byte-order mark of a CSV file is not part of its first column name', async () => {
    expect(await read('\ufeffid,b\n1,2\n')).toEqual([{ id: '1', b: '2' }]);
    expect(await read('\ufeff"id",b\n1,2\n')).toEqual([{ id: '1', b: '2' }]);
  });

  it('a quote inside an unquoted CSV field is an ordinary character', async () => {
    expect(await read('a,b\n5" pipe,x\n')).toEqual([{ a: '5" pipe', b: 'x' }]);
  });

  it('CSV columns named __proto__, constructor and $ are columns like any other', async () => {
    const [row] = await read('__proto__,constructor,$\n1,2,3\n');

    expect(JSON.stringify(row)).toBe('{"__proto__":"1","constructor":"2","$":"3"}');
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('given columns name the fields of a CSV file without a header', async () => {
    expect(await read('1,2\n3,4\n', { columns: ['x', 'y'] })).toEqual([
      { x: '1', y: '2' },
      { x: '3', y: '4' },
    ]);
  });

  it('CSV fields may be separated by another character', async () => {
    expect(await read('a;b\n1;2,5\n', { delimiter: ';' })).toEqual([{ a: '1', b: '2,5' }]);
  });

  it('an empty CSV file and one with only a header have no rows', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\ufeff')).toEqual([]);
    expect(await read('a,b\n')).toEqual([]);
    expect(await read('a,b')).toEqual([]);
  });
});

describe('invalid CSV rows', () => {
  it('a CSV row with missing or extra fields is a problem that names the row and the counts', async () => {
    expect(await read('a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n10,11,12\n')).toEqual([
      { a: '1', b: '2', c: '3' },
      'PROBLEM row 2 (line 3): expected 3 columns (a, b, c), found 2',
      'PROBLEM row 3 (line 5): expected 3 columns (a, b, c), found 4',
      { a: '10', b: '11', c: '12' },
    ]);
  });

  it('an invalid CSV row has the same row and line number when reading continues from a cursor', async () => {
    const text = 'a,b\n1,2\n3,4\n"5\n5",6\n7\n8,9\n';
    const reread = await readAnew(() => source(text), 1);

    expect(reread).toEqual(await readAll(source(text)));
    expect(contents(reread)[3]).toBe('PROBLEM row 4 (line 6): expected 2 columns (a, b), found 1');
  });

  it('a quote that is never closed ends the reading, after all rows before it', async () => {
    const broken = source('a,b\n1,2\n3,"4\n5,6\n7,8\n');
    const first = await broken.read(null, 10);

    expect(contents(first.items)).toEqual([{ a: '1', b: '2' }]);
    expect(first.done).toBe(false);
    await expect(broken.read(first.cursor, 10)).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringMatching(
        /rows\.csv, row 2 \(which starts after line 2\).*never closed/,
      ),
    });
  });

  it('a CSV row of more than 16 MiB ends the reading', async () => {
    const files = new MemoryFiles(1_024 * 1_024);
    files.write('rows.csv', `a\n"${'x'.repeat(40 * 1_024 * 1_024)}`);

    await expect(createCsvSource(files, 'rows.csv').read(null, 1)).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringContaining('longer than 16 MiB'),
    });
    expect(files.bytesRead).toBeLessThan(20 * 1_024 * 1_024);
  });
});

describe('invalid CSV files', () => {
  it('a CSV file whose header has the same column twice is refused', async () => {
    await expect(read('a,b,a\n1,2,3\n')).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringContaining('the header names the column "a" twice'),
    });
  });

  it('a CSV file with more columns than are supported is refused', async () => {
    const header = (count: number) => Array.from({ length: count }, (_, n) => `c${n}`).join(',');

    expect(await read(`${header(columnsMax)}\n`)).toEqual([]);
    await expect(read(`${header(columnsMax + 1)}\n`)).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringContaining(`at most ${columnsMax} are supported`),
    });
  });

  it('a CSV file in UTF-16 is refused with a remedy', async () => {
    await expect(read(Uint8Array.of(0xff, 0xfe, 0x61, 0))).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringContaining('iconv'),
    });
  });
});

describe('reading a CSV file in parts', () => {
  const field = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'é', '🚂'), maxLength: 6 }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) => fc.array(fc.array(field, { minLength: columns, maxLength: columns })));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

  it('a CSV file gives the same items in any pieces and chunks, and from any cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, lineEnd, mark, pieceBytes, limit) => {
          const columns = (rows[0] ?? ['']).map((_, place) => `c${place}`);
          const lines = [columns, ...rows].map((fields) => fields.map(quoted).join(','));
          const text = (mark ? '\ufeff' : '') + lines.join(lineEnd);
          const expected = rows.map((fields) =>
            Object.fromEntries(fields.map((value, place) => [`c${place}`, value])),
          );

          expect(contents(await readAll(source(text, {}, pieceBytes), limit))).toEqual(expected);
          expect(contents(await readAnew(() => source(text, {}, pieceBytes), limit))).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
