/** JSON Lines files as sources. */

import { describe, expect, it } from 'vitest';
import { createJsonLinesSource } from '../../../lib/batch/sources/json-lines-source.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import fc from '../../support/properties.ts';
import { contents, readAll, readAnew } from '../../support/read-source.ts';

function source(content: string, pieceBytes?: number) {
  const files = new MemoryFiles(pieceBytes);
  files.write('lines', content);
  return createJsonLinesSource(files, 'lines');
}

const read = async (content: string) => contents(await readAll(source(content)));

describe('JSON lines', () => {
  it('JSON lines of any kind of JSON become items', async () => {
    expect(await read('{"a":1}\n[1]\n"x"\n7\ntrue\nnull\n')).toEqual([
      { a: 1 },
      [1],
      'x',
      7,
      true,
      null,
    ]);
  });

  it('blank lines are skipped, and the last line needs no newline', async () => {
    expect(await readAll(source('\ufeff1\r\n\n  \r\n2\n3'))).toEqual([
      { index: 0, value: 1 },
      { index: 1, value: 2 },
      { index: 2, value: 3 },
    ]);
  });

  it('a line that is not JSON is a problem with its line number, and reading continues', async () => {
    const [one, bad, two] = await read('1\n\n{"a":}\n2\n');

    expect([one, two]).toEqual([1, 2]);
    expect(bad).toMatch(/^PROBLEM line 3: expected one JSON document: /);
  });

  it('keys such as __proto__ in JSON lines are data', async () => {
    const [item] = await read('{"__proto__":{"a":1},"$":2}');

    expect(JSON.stringify(item)).toBe('{"__proto__":{"a":1},"$":2}');
  });

  it('a line of more than 16 MiB ends the reading', async () => {
    const endless = source('x'.repeat(17 * 1_024 * 1_024));

    await expect(endless.read(null, 1)).rejects.toMatchObject({
      code: 'MALFORMED_DOCUMENT',
      message: expect.stringContaining('line 1 is longer than 16 MiB'),
    });
  });

  it('a JSON Lines file gives the same items in any pieces and chunks, and from any cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (values, pieceBytes, limit) => {
          const text = values.map((value) => `${JSON.stringify(value)}\n`).join('\n');
          const plain = JSON.parse(JSON.stringify(values));

          expect(contents(await readAll(source(text, pieceBytes), limit))).toEqual(plain);
          expect(contents(await readAnew(() => source(text, pieceBytes), limit))).toEqual(plain);
        },
      ),
    );
  });
});
