/** Files that are not what they are read as: they are read as what they are, or refused by name. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createCsvSource } from '../../../lib/batch/sources/csv-source.ts';
import { measureRead } from '../../../lib/batch/sources/file-source.ts';
import { createJsonArraySource } from '../../../lib/batch/sources/json-array-source.ts';
import { createJsonLinesSource } from '../../../lib/batch/sources/json-lines-source.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { contents, readAll, readAnew } from '../../support/read-source.ts';

const rows = Array.from({ length: 500 }, (_, index) => index);
const csv = `id,name\n${rows.map((row) => `${row},Zoë`).join('\n')}\n`;

function filesWith(content: string | Uint8Array, path = 'rows.csv', pieceBytes = 64) {
  const files = new MemoryFiles(pieceBytes);
  files.write(path, content);
  return files;
}

function refusal(content: string | Uint8Array, path = 'rows.csv') {
  return createCsvSource(filesWith(content, path), path)
    .read(null, 10)
    .then(
      () => 'nothing was refused',
      ({ code, message }: { readonly code: string; readonly message: string }) =>
        `${code} ${message}`,
    );
}

describe('gzipped files', () => {
  it.each(['rows.csv.gz', 'rows.csv'])(
    'a gzipped CSV file named %s is read as its content',
    async (path) => {
      const files = filesWith(gzipSync(csv), path);

      const items = contents(await readAll(createCsvSource(files, path)));

      expect(items).toHaveLength(rows.length);
      expect(items.at(-1)).toEqual({ id: '499', name: 'Zoë' });
      expect(files.openNow).toBe(0);
    },
  );

  it('a gzipped file is continued from any saved cursor', async () => {
    const files = filesWith(gzipSync(csv), 'rows.csv.gz');

    const items = await readAnew(() => createCsvSource(files, 'rows.csv.gz'), 77);

    expect(items.map(({ index }) => index)).toEqual(rows);
  });

  it('gzipped JSON Lines and JSON arrays are read as their content', async () => {
    const lines = filesWith(gzipSync('{"a":1}\n{"a":2}\n'), 'f.jsonl.gz');
    const array = filesWith(gzipSync('[{"a":1},{"a":2}]'), 'f.json.gz');
    const expected = [{ a: 1 }, { a: 2 }];

    expect(contents(await readAll(createJsonLinesSource(lines, 'f.jsonl.gz')))).toEqual(expected);
    expect(contents(await readAll(createJsonArraySource(array, 'f.json.gz')))).toEqual(expected);
  });

  it('a gzipped file shows no share that is read, because its unpacked size is not known', async () => {
    const source = createCsvSource(filesWith(gzipSync(csv)), 'rows.csv');

    const { cursor } = await source.read(null, 10);
    await source.close();

    expect(measureRead(cursor)).toBe(null);
  });

  it('a file that gzip makes a thousand times smaller is refused instead of unpacked to its end', async () => {
    const bomb = gzipSync(`${' '.repeat(1_023)}\n`.repeat(20 * 1_024));
    const source = createJsonLinesSource(filesWith(bomb, 'f.gz', 1_024), 'f.gz');

    await expect(readAll(source)).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringContaining('250 times'),
    });
  });

  it('a cut gzipped file, one gzipped twice, and a .gz file without gzip are refused', async () => {
    const packed = gzipSync(csv);

    expect(await refusal(packed.subarray(0, 30))).toContain('expected a gzipped file');
    expect(await refusal(gzipSync(packed))).toContain('gzipped twice');
    expect(await refusal(csv, 'rows.csv.gz')).toContain('expected a gzipped file');
  });
});

describe('files of other kinds', () => {
  it.each([
    ['PK\x03\x04\x14\x00', 'ZIP archive'],
    ['%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'PDF'],
    ['PAR1\x15\x04', 'Parquet'],
    ['\x28\xb5\x2f\xfd\x00', 'zstd'],
    ['SQLite format 3\x00', 'SQLite'],
    ['\xff\xfei\x00d\x00', 'UTF-16'],
    ['\xff\xfe\x00\x00i\x00\x00\x00', 'UTF-32'],
    ['i\x00d\x00,\x00n\x00\n\x001\x00,\x002\x00', 'UTF-16'],
    ['\x00i\x00d\x00,\x00n\x00\n\x001\x00,\x002', 'UTF-16'],
  ])('a file that begins with %j is refused by name', async (start, name) => {
    const refused = await refusal(Buffer.from(start, 'latin1'));

    expect(refused).toContain('MALFORMED_DOCUMENT rows.csv: expected text, but it is');
    expect(refused).toContain(name);
  });

  it('a CSV file whose first column is named like the mark of another kind is read', async () => {
    const files = filesWith('ORC,PAR1\n1,2\n');

    expect(contents(await readAll(createCsvSource(files, 'rows.csv')))).toEqual([
      { ORC: '1', PAR1: '2' },
    ]);
  });

  it('an empty file has no items', async () => {
    expect(await readAll(createJsonLinesSource(filesWith(''), 'rows.csv'))).toEqual([]);
  });
});

describe('files with another delimiter or encoding', () => {
  it('a header with another delimiter is refused, unless the delimiter is given', async () => {
    expect(await refusal('id;name\n1;a\n')).toMatch(/the one column "id;name".*delimiter to it/);
    expect(await refusal('id\tname\n1\ta\n')).toContain('separated by "\\t"');
    expect(await refusal('sep=;\nid;name\n1;a\n')).toContain('line 1 is "sep=;"');
    expect(await refusal('sep=,\nid,name\n')).toContain('line 1 is "sep=,"');
    const files = filesWith('id;name\n1;a\n');
    const given = createCsvSource(files, 'rows.csv', { delimiter: ';' });
    const single = createCsvSource(files, 'rows.csv', { delimiter: ',' });

    expect(contents(await readAll(given))).toEqual([{ id: '1', name: 'a' }]);
    expect(contents(await readAll(single))).toEqual([{ 'id;name': '1;a' }]);
  });

  it('a row in Latin-1 is a problem of that row, wherever a piece of the file ends', async () => {
    const content = Buffer.concat([
      Buffer.from(`id,name\n${'0,plain\n'.repeat(40)}1,`),
      Buffer.from('Zo\xeb', 'latin1'),
      Buffer.from(`\n${'2,plain\n'.repeat(40)}3,Zo\ufffd\n`),
    ]);
    for (let pieceBytes = 1; pieceBytes < 40; pieceBytes += 1) {
      const files = filesWith(content, 'rows.csv', pieceBytes);

      const items = contents(await readAll(createCsvSource(files, 'rows.csv'), 1_000));

      const problems = items.filter((item) => typeof item === 'string');
      expect(problems).toEqual([expect.stringContaining('row 41 (line 42): expected UTF-8')]);
      expect(items.at(-1)).toEqual({ id: '3', name: 'Zo\ufffd' });
    }
  });

  it('a header, a line and an element in Latin-1 are refused', async () => {
    const latin = (text: string) => Buffer.from(text, 'latin1');

    expect(await refusal(latin('n\xe4me\n1\n'))).toContain('the header (line 1): expected UTF-8');
    const lines = filesWith(latin('{"a":"ok"}\n{"a":"\xe4"}\n'), 'f');
    expect(contents(await readAll(createJsonLinesSource(lines, 'f')))).toEqual([
      { a: 'ok' },
      expect.stringContaining('line 2: expected UTF-8'),
    ]);
    const array = filesWith(latin('["ok","\xe4"]'), 'f');
    expect(contents(await readAll(createJsonArraySource(array, 'f')))).toEqual([
      'ok',
      expect.stringContaining('element 1 (which ends on line 1): expected UTF-8'),
    ]);
  });
});

describe('numbers that no double holds', () => {
  it('the numbers of a line keep all of their digits', async () => {
    const lines = [
      '{"id":9007199254740993}',
      '{"a":[{"b c":-12345678901234567891}]}',
      '{"x":1.000000000000000e400}',
      '123456789012345678901',
    ];

    const items = contents(
      await readAll(createJsonLinesSource(filesWith(lines.join('\n'), 'f'), 'f')),
    );

    expect(items.map((item) => JSON.stringify(item))).toEqual(lines);
  });

  it('the numbers of an element of an array keep all of their digits', async () => {
    const files = filesWith('[1, 9007199254740993, 2]', 'f');

    const items = contents(await readAll(createJsonArraySource(files, 'f')));

    expect(JSON.stringify(items)).toBe('[1,9007199254740993,2]');
  });
});
