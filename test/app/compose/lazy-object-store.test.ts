/** An object store that is opened by its first call. */
import { describe, expect, it } from 'vitest';
import { LazyObjectStore } from '../../../lib/app/compose/lazy-object-store.ts';
import { collectAll } from '../../support/collect-all.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

describe('a lazy object store', () => {
  it('a lazy object store is opened once, by its first call, and behaves like the opened one', async () => {
    let openings = 0;
    const files = new MemoryFiles();
    const objects = new LazyObjectStore(async () => {
      openings += 1;
      return files;
    });
    expect(openings).toBe(0);

    await Promise.all([objects.put('b/one', 'first'), objects.put('b/two', 'second')]);

    expect(await objects.stat('b/one')).toEqual(await files.stat('b/one'));
    expect(Buffer.concat(await collectAll(objects.open('b/two', 3))).toString()).toBe('ond');
    const listed = await collectAll(objects.list('b/', 'b/one'));
    expect(listed.map(({ path }) => path)).toEqual(['b/two']);
    expect(openings).toBe(1);
  });

  it('a lazy object store ends a read that is abandoned', async () => {
    const files = new MemoryFiles(1);
    files.write('b/long', 'abc');
    const objects = new LazyObjectStore(async () => files);

    for await (const _ of objects.open('b/long', 0)) break;

    expect(files.openNow).toBe(0);
  });

  it('a lazy object store is opened again after an opening that failed', async () => {
    const outcomes = [Promise.reject(new Error('unreachable')), Promise.resolve(new MemoryFiles())];
    const objects = new LazyObjectStore(() => outcomes.shift() ?? Promise.reject());

    await expect(objects.put('b/one', '')).rejects.toThrow('unreachable');
    await objects.put('b/one', '');
  });
});
