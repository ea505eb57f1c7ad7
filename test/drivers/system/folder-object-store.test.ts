/** A folder as an object store. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderObjectStore } from '../../../lib/drivers/system/folder-object-store.ts';
import { objectStoreContract } from '../../contracts/object-store/object-store-contract.ts';
import { collectAll } from '../../support/collect-all.ts';

objectStoreContract('a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-buckets-'));
  return {
    store: new FolderObjectStore(folder),
    makeBucket: (bucket) => void mkdirSync(join(folder, bucket)),
    close: () => rmSync(folder, { recursive: true }),
  };
});

describe('folder of buckets', () => {
  let folder = '';
  let store: FolderObjectStore;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-folder-'));
    store = new FolderObjectStore(join(folder, 'objects'));
    writeFileSync(join(folder, 'secret.txt'), 'secret');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('the folder is created by the first object that is written', async () => {
    await store.put('fresh/a/b.txt', 'x');

    expect(await store.stat('fresh/a/b.txt')).toMatchObject({ bytes: 1 });
  });

  it.each([
    '../secret.txt',
    'bucket/../../secret.txt',
    'bucket/./a.txt',
    '/etc/passwd',
    '.git/config',
    'bucket',
    'bucket/',
    'bucket//a.txt',
    'bucket/a\0.txt',
  ])('the invalid path %j can be neither read nor written', async (path) => {
    await expect(store.stat(path)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
    await expect(collectAll(store.open(path, 0))).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
    });
    await expect(store.put(path, 'x')).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
  });

  it('a link that leads out of the folder can be neither read, listed nor written over', async () => {
    await store.put('linked/own.txt', 'x');
    symlinkSync(folder, join(folder, 'objects', 'linked', 'out'));
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'objects', 'linked', 'file.txt'));
    symlinkSync('own.txt', join(folder, 'objects', 'linked', 'inside.txt'));

    for (const path of ['linked/out/secret.txt', 'linked/file.txt', 'linked/out/none/a.txt']) {
      const refusal = { message: expect.stringContaining('a symbolic link leads out') };
      await expect(store.stat(path)).rejects.toMatchObject(refusal);
      await expect(collectAll(store.open(path, 0))).rejects.toMatchObject(refusal);
      await expect(store.put(path, 'x')).rejects.toMatchObject(refusal);
    }
    expect((await collectAll(store.list('linked/'))).map(({ path }) => path)).toEqual([
      'linked/inside.txt',
      'linked/own.txt',
    ]);
    expect(await store.stat('linked/inside.txt')).toMatchObject({ bytes: 1 });
    expect(readdirSync(folder).toSorted()).toEqual(['objects', 'secret.txt']);
  });

  it('a name may have as many bytes as the file system allows, and one more is refused', async () => {
    await store.put(`long/${'a'.repeat(255)}`, 'x');

    expect(await store.stat(`long/${'a'.repeat(255)}`)).toMatchObject({ bytes: 1 });
    await expect(store.put(`long/${'a'.repeat(256)}`, 'x')).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
    await expect(store.stat(`long/${'a'.repeat(256)}`)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('longer than the file system allows'),
    });
    expect(readdirSync(join(folder, 'objects', 'long'))).toHaveLength(1);
  });

  it('a list contains nothing outside of its bucket', async () => {
    await expect(collectAll(store.list('../'))).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
    });
  });

  it('a list omits files that are being written, and follows links', async () => {
    await store.put('listed/a.txt', 'x');
    writeFileSync(join(folder, 'objects/listed/b.txt.1.millrace-partial'), 'half');
    symlinkSync('a.txt', join(folder, 'objects/listed/link.txt'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'objects/listed/nowhere.txt'));

    const listed = await collectAll(store.list('listed/'));

    expect(listed.map(({ path }) => path)).toEqual(['listed/a.txt', 'listed/link.txt']);
  });

  it('a list sorts letters of every script by their bytes, as S3 does', async () => {
    const keys = ['z', 'é/b', 'ü', '\uff61', '😀'];
    for (const key of keys.toReversed()) await store.put(`letters/${key}`, key);

    const listed = await collectAll(store.list('letters/'));

    expect(listed.map(({ path }) => path)).toEqual(keys.map((key) => `letters/${key}`));
  });

  it('a failed write leaves no file', async () => {
    mkdirSync(join(folder, 'objects/taken/a.txt'), { recursive: true });

    await expect(store.put('taken/a.txt', 'x')).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });

    expect(readdirSync(join(folder, 'objects/taken'))).toEqual(['a.txt']);
  });
});
