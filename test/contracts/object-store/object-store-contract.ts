/**
 * The contract of `lib/ports/object-store.ts`; every driver runs all of it, in a new bucket each.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ObjectStore, uploadGone } from '../../../lib/ports/object-store.ts';
import { collectAll } from '../../support/collect-all.ts';

/** A driver under test. */
export interface ObjectStoreDriver {
  readonly store: ObjectStore;
  /** Creates a bucket, in drivers that need it. */
  makeBucket(bucket: string): Promise<void> | void;
  close?(): Promise<void> | void;
}

/** Runs the contract against the stores that `make` creates. */
export function objectStoreContract(
  name: string,
  make: () => Promise<ObjectStoreDriver> | ObjectStoreDriver,
): void {
  describe(`object store contract: ${name}`, () => {
    const bench = { driver: undefined as ObjectStoreDriver | undefined, bucket: '', made: 0 };
    const clause = (title: string, body: (store: ObjectStore, bucket: string) => Promise<void>) => {
      it(title, async () => {
        if (bench.driver === undefined) throw new Error('the driver was not made');
        await body(bench.driver.store, bench.bucket);
      });
    };
    beforeAll(async () => {
      bench.driver = await make();
    });
    beforeEach(async () => {
      bench.made += 1;
      bench.bucket = `bucket-${bench.made}`;
      await bench.driver?.makeBucket(bench.bucket);
    });
    afterAll(() => bench.driver?.close?.());

    readingClauses(clause);
    writingClauses(clause);
    uploadClauses(clause);
    listingClauses(clause);
  });
}

type Clause = (title: string, body: (store: ObjectStore, bucket: string) => Promise<void>) => void;

function readingClauses(clause: Clause): void {
  clause('an object can be read from any byte, also beyond its end', async (store, bucket) => {
    await store.put(`${bucket}/a.txt`, 'hello world');

    expect(await readText(store, `${bucket}/a.txt`)).toBe('hello world');
    expect(await readText(store, `${bucket}/a.txt`, 6)).toBe('world');
    expect(await readText(store, `${bucket}/a.txt`, 11)).toBe('');
    expect(await readText(store, `${bucket}/a.txt`, 99)).toBe('');
  });

  clause('a large object is read in chunks, and the read can end early', async (store, bucket) => {
    await store.put(`${bucket}/large.txt`, 'x'.repeat(3_000_000));
    let pieces = 0;

    for await (const piece of store.open(`${bucket}/large.txt`, 0)) {
      pieces += 1;
      expect(piece.length).toBeLessThan(1_000_000);
      break;
    }

    expect(pieces).toBe(1);
  });

  clause('a missing object cannot be read, and the error has its path', async (store, bucket) => {
    const missing = `${bucket}/missing.json`;
    await store.put(`${bucket}/there.json`, '[]');
    const error = {
      code: 'FILE_NOT_READABLE',
      retryable: false,
      message: expect.stringMatching(/missing\.json: there is no such (file|object)/),
    };

    await expect(store.stat(missing)).rejects.toMatchObject(error);
    await expect(readText(store, missing)).rejects.toMatchObject(error);
  });
}

function writingClauses(clause: Clause): void {
  clause(
    'an object reads as it was written, and has the size of its UTF-8',
    async (store, bucket) => {
      await store.put(`${bucket}/deep/er/grüße.json`, '{"größe":"🐘"}');

      const text = await readText(store, `${bucket}/deep/er/grüße.json`);
      const { bytes } = await store.stat(`${bucket}/deep/er/grüße.json`);

      expect(text).toBe('{"größe":"🐘"}');
      expect(bytes).toBe(Buffer.byteLength(text));
    },
  );

  clause('an object that is written again has a new version', async (store, bucket) => {
    await store.put(`${bucket}/a.txt`, 'one');
    const before = await store.stat(`${bucket}/a.txt`);
    const again = await store.stat(`${bucket}/a.txt`);

    await store.put(`${bucket}/a.txt`, 'other');

    expect(again).toEqual(before);
    expect((await store.stat(`${bucket}/a.txt`)).version).not.toBe(before.version);
    expect(await readText(store, `${bucket}/a.txt`)).toBe('other');
  });
}

function uploadClauses(clause: Clause): void {
  const large = Buffer.alloc(5 * 1_024 * 1_024, 'x');
  const last = Buffer.from('the end: grüße');

  clause(
    'an upload in parts appears when it is finished, and no part of it before',
    async (store, bucket) => {
      const path = `${bucket}/deep/results.csv`;

      const begun = await store.startUpload(path, 'text/csv');
      const first = await store.addPart(path, begun, large);
      const second = await store.addPart(path, first, last);
      expect(await list(store, `${bucket}/`)).toEqual([]);
      await store.finishUpload(path, second);

      expect(second.bytes).toBe(large.length + last.length);
      expect(await readText(store, path, large.length)).toBe('the end: grüße');
      expect(await list(store, `${bucket}/`)).toMatchObject([{ path, bytes: second.bytes }]);
    },
  );

  clause('a part that is written again replaces the part before', async (store, bucket) => {
    const path = `${bucket}/a.txt`;
    const begun = await store.startUpload(path, 'text/plain');
    const state = JSON.parse(JSON.stringify(begun));
    await store.addPart(path, begun, Buffer.from('a longer text that is lost'));

    const again = await store.addPart(path, state, Buffer.from('kept'));
    await store.finishUpload(path, again);

    expect(await readText(store, path)).toBe('kept');
  });

  clause(
    'an upload that was cancelled is gone, which is what its error says',
    async (store, bucket) => {
      const path = `${bucket}/a.txt`;
      await store.put(path, 'before');
      const begun = await store.startUpload(path, 'text/plain');
      const upload = await store.addPart(path, begun, last);

      await store.cancelUpload(path, upload);

      const gone = { code: 'FILE_NOT_WRITABLE', fields: { reason: uploadGone } };
      await expect(store.addPart(path, upload, last)).rejects.toMatchObject(gone);
      await expect(store.finishUpload(path, upload)).rejects.toMatchObject(gone);
      expect(await readText(store, path)).toBe('before');
    },
  );
}

function listingClauses(clause: Clause): void {
  // Drivers test non-ASCII letters themselves: the test server of S3 sorts them by a language,
  // which S3 does not.
  const keys = ['a-c', 'a.txt', 'a/b/c', 'a/z', 'aa', 'b/y', 'b/z'];

  clause('a list is in the byte order of its keys', async (store, bucket) => {
    for (const key of keys.toReversed()) await store.put(`${bucket}/${key}`, key);

    const listed = await list(store, `${bucket}/`);

    expect(listed.map(({ path }) => path)).toEqual(keys.map((key) => `${bucket}/${key}`));
  });

  clause(
    'a list has the objects that begin with a prefix and sort behind a path',
    async (store, bucket) => {
      for (const key of keys) await store.put(`${bucket}/${key}`, key);
      const keysBelow = async (prefix: string, after?: string) => {
        const behind = after === undefined ? undefined : `${bucket}/${after}`;
        const listed = await list(store, `${bucket}/${prefix}`, behind);
        return listed.map(({ path }) => path.slice(bucket.length + 1));
      };

      expect(await keysBelow('a')).toEqual(['a-c', 'a.txt', 'a/b/c', 'a/z', 'aa']);
      expect(await keysBelow('a/')).toEqual(['a/b/c', 'a/z']);
      expect(await keysBelow('b/z')).toEqual(['b/z']);
      expect(await keysBelow('nothing')).toEqual([]);
      expect(await keysBelow('', 'a/b/c')).toEqual(['a/z', 'aa', 'b/y', 'b/z']);
      expect(await keysBelow('a', 'a.txt')).toEqual(['a/b/c', 'a/z', 'aa']);
    },
  );

  clause('a listed object has its size and version', async (store, bucket) => {
    await store.put(`${bucket}/a.txt`, 'four');
    await store.put(`${bucket}/other.txt`, 'x');

    const [first] = await list(store, `${bucket}/a`);

    expect(first).toMatchObject(await store.stat(`${bucket}/a.txt`));
    expect(first?.modifiedAt).toBeGreaterThan(0);
  });

  clause('a missing bucket cannot be listed', async (store) => {
    await expect(list(store, 'no-such-bucket/')).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('no-such-bucket'),
    });
  });
}

async function list(store: ObjectStore, prefix: string, after?: string) {
  return await collectAll(store.list(prefix, after));
}

async function readText(store: ObjectStore, path: string, fromByte = 0): Promise<string> {
  return Buffer.concat(await collectAll(store.open(path, fromByte))).toString();
}
