/** The files that a watched folder lists. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LocalFolder } from '../../../lib/drivers/system/local-folder.ts';

async function folderOf(files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-inbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'eu/.cache'), { recursive: true });
  for (const file of files) await writeFile(join(folder, file), file);
  return folder;
}

it('a folder lists the finished files of its subfolders, with a version for each content', async () => {
  const unfinished = ['.hidden', 'a.csv.part', 'b.csv~', 'c.TMP', 'eu/.cache/d.csv'];
  const folder = await folderOf(['a.csv', 'eu/b.csv', ...unfinished]);
  const local = new LocalFolder(folder);

  const before = await local.list();
  await writeFile(join(folder, 'a.csv'), 'longer than before');
  const after = await local.list();

  const sorted = before.toSorted((one, other) => one.key.localeCompare(other.key));
  expect(sorted.map(({ key, path }) => [key, path])).toEqual([
    ['a.csv', join(folder, 'a.csv')],
    ['eu/b.csv', join(folder, 'eu/b.csv')],
  ]);
  const versions = [before, after].map(
    (list) => new Map(list.map((file) => [file.key, file.version])),
  );
  expect(versions[0]?.get('a.csv')).not.toBe(versions[1]?.get('a.csv'));
  expect(versions[0]?.get('eu/b.csv')).toBe(versions[1]?.get('eu/b.csv'));
});

it('a folder with too many files, or none at all, says what to do', async () => {
  const folder = await folderOf(['a.csv', 'b.csv']);

  await expect(new LocalFolder(folder, 1).list()).rejects.toThrow(/more than 1 files: move those/);
  await expect(new LocalFolder(join(folder, 'none')).list()).rejects.toThrow(
    /cannot be read: ENOENT/,
  );
});
