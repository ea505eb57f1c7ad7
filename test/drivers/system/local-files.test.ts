/** Files of this machine as an object store. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalFiles } from '../../../lib/drivers/system/local-files.ts';

const files = new LocalFiles();

async function textFrom(path: string, fromByte: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of files.open(path, fromByte)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('local files', () => {
  let folder = '';
  let path = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-files-'));
    path = join(folder, 'a.txt');
    writeFileSync(path, 'hello world');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a file can be read from any byte, also beyond its end', async () => {
    expect(await textFrom(path, 0)).toBe('hello world');
    expect(await textFrom(path, 6)).toBe('world');
    expect(await textFrom(path, 11)).toBe('');
    expect(await textFrom(path, 99)).toBe('');
  });

  it('a file has a new version when its content or modification time changes', async () => {
    const before = await files.stat(path);
    expect(before.bytes).toBe(11);
    expect(await files.stat(path)).toEqual(before);

    utimesSync(path, new Date(0), new Date(1_000));
    const touched = await files.stat(path);

    expect(touched.version).not.toBe(before.version);
  });

  it('a missing file and a folder are refused with what to do', async () => {
    const missing = join(folder, 'missing.csv');
    const notReadable = (message: RegExp) => ({
      code: 'FILE_NOT_READABLE',
      message: expect.stringMatching(message),
    });

    await expect(files.stat(missing)).rejects.toMatchObject(
      notReadable(/missing\.csv: there is no such file; check the path/),
    );
    await expect(textFrom(missing, 0)).rejects.toMatchObject(notReadable(/no such file/));
    await expect(files.stat(folder)).rejects.toMatchObject(notReadable(/it is a folder/));
  });

  it('a file is closed when its reader stops', async () => {
    const large = join(folder, 'large.txt');
    writeFileSync(large, 'x'.repeat(3_000_000));
    let pieces = 0;
    for await (const piece of files.open(large, 0)) {
      pieces += 1;
      expect(piece.length).toBeLessThan(1_000_000);
      break;
    }

    expect(pieces).toBe(1);
    rmSync(large);
  });
});
