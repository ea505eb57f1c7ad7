/** An object store that is opened when it is first asked: its contract, and when it is opened. */
import { describe, expect, it } from 'vitest';
import { LazyObjectStore } from '../../../lib/app/compose/lazy-object-store.ts';
import { allOf } from '../../support/all-of.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

describe('an object store on demand', () => {
  it('is opened once, by its first call, and answers as the opened one does', async () => {
    let openings = 0;
    const files = new MemoryFiles();
    const objects = new LazyObjectStore(async () => {
      openings += 1;
      return files;
    });
    expect(openings).toBe(0);

    await Promise.all([objects.put('b/one', 'first'), objects.put('b/two', 'second')]);

    expect(await objects.stat('b/one')).toEqual(await files.stat('b/one'));
    expect(Buffer.concat(await allOf(objects.open('b/two', 3))).toString()).toBe('ond');
    const listed = await allOf(objects.list('b/', 'b/one'));
    expect(listed.map(({ path }) => path)).toEqual(['b/two']);
    expect(openings).toBe(1);
  });

  it('ends a reading that nobody goes on with', async () => {
    const files = new MemoryFiles(1);
    files.write('b/long', 'abc');
    const objects = new LazyObjectStore(async () => files);

    for await (const _ of objects.open('b/long', 0)) break;

    expect(files.openNow).toBe(0);
  });

  it('is opened anew when it could not be', async () => {
    const outcomes = [Promise.reject(new Error('away')), Promise.resolve(new MemoryFiles())];
    const objects = new LazyObjectStore(() => outcomes.shift() ?? Promise.reject());

    await expect(objects.put('b/one', '')).rejects.toThrow('away');
    await objects.put('b/one', '');
  });
});
