/** Files with one JSON array as sources. */

import { describe, expect, it } from 'vitest';
import { createJsonArraySource } from '../../../lib/batch/sources/json-array-source.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import fc from '../../support/properties.ts';
import { contents, readAll, readAnew } from '../../support/read-source.ts';

function source(content: string, pieceBytes?: number) {
  const files = new MemoryFiles(pieceBytes);
  files.write('array', content);
  return createJsonArraySource(files, 'array');
}

const read = async (content: string) => contents(await readAll(source(content)));

async function fault(content: string): Promise<string> {
  try {
    await read(content);
  } catch (error) {
    expect(error).toMatchObject({ code: 'MALFORMED_DOCUMENT' });
    return error instanceof Error ? error.message : '';
  }
  throw new Error(`no fault in ${content}`);
}

describe('the elements of a JSON array', () => {
  it('elements of any kind of JSON become items', async () => {
    expect(
      await read('\ufeff [ {"a":[1,{"b":"]}"}]} , [1,[2]],"x, \\"y]", -1.5e3,true ,null]\n'),
    ).toEqual([{ a: [1, { b: ']}' }] }, [1, [2]], 'x, "y]', -1500, true, null]);
  });

  it('an empty JSON array has no elements', async () => {
    expect(await read('[]')).toEqual([]);
    expect(await read(' [ \n ] ')).toEqual([]);
  });

  it('an element that is not JSON is a problem with its position, and reading continues', async () => {
    const [one, bad, worse, two] = await read('[1,\n{"a":},\n}x,\n2]');

    expect([one, two]).toEqual([1, 2]);
    expect(bad).toMatch(/^PROBLEM element 1 \(which ends on line 2\): /);
    expect(worse).toMatch(/^PROBLEM element 2 \(which ends on line 3\): /);
  });

  it('a JSON array gives the same elements in any pieces and chunks, and from any cursor', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.constantFrom(undefined, 1, '\t'),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (values, indent, pieceBytes, limit) => {
          const text = JSON.stringify(values, null, indent);
          const plain = JSON.parse(text);

          expect(contents(await readAll(source(text, pieceBytes), limit))).toEqual(plain);
          expect(contents(await readAnew(() => source(text, pieceBytes), limit))).toEqual(plain);
        },
      ),
    );
  });
});

describe('files that are no JSON array', () => {
  it('a file that is no JSON array is refused with what was expected and where', async () => {
    expect(await fault('{"a":1}')).toBe(
      'array, line 1 (after 0 elements): expected a JSON array, which starts with [',
    );
    expect(await fault('')).toMatch(/the file ends before its array/);
    expect(await fault('[1,]')).toMatch(/expected an element after the comma/);
    expect(await fault('[,1]')).toMatch(/expected an element after the comma/);
    expect(await fault('[1] [2]')).toMatch(/after 1 elements\): expected nothing after the array/);
  });

  it('the elements before a fault are read first, then every read throws the fault', async () => {
    const cut = source('[1,2,{"a":');
    const first = await cut.read(null, 10);

    expect(contents(first.items)).toEqual([1, 2]);
    expect(first.done).toBe(false);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(cut.read(first.cursor, 10)).rejects.toMatchObject({
        code: 'MALFORMED_DOCUMENT',
        message: expect.stringMatching(/the file ends inside its array; is it complete\?/),
      });
    }
  });

  it('an element of more than 16 MiB ends the reading', async () => {
    expect(await fault(`["${'x'.repeat(17 * 1_024 * 1_024)}"]`)).toMatch(/longer than 16 MiB/);
  });
});
