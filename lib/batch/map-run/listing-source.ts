import { MillraceError } from '../../errors.ts';
import type { ListedObject, ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource, SourceItem } from '../batch-source.ts';

/**
 * Lists the objects of a bucket below a prefix, in the order of their keys. Each item is the
 * object's description as Step Functions writes it; the object is not read. The cursor is the last
 * object's path.
 */
export function createListingSource(
  store: Pick<ObjectStore, 'list'>,
  bucket: string,
  prefix: string,
): BatchSource {
  return {
    read: async (cursor, limit) => {
      const items: SourceItem[] = [];
      let { after, index } = parseCursor(cursor);
      for await (const object of store.list(`${bucket}/${prefix}`, after ?? undefined)) {
        if (items.length === limit) return { items, cursor: { after, index }, done: false };
        items.push({ index, value: toItemValue(object, bucket) });
        after = object.path;
        index += 1;
      }
      return { items, cursor: { after, index }, done: true };
    },
    close: async () => {},
  };
}

function toItemValue({ path, bytes, version, modifiedAt }: ListedObject, bucket: string) {
  return {
    Etag: version,
    Key: path.slice(bucket.length + 1),
    LastModified: Math.floor(modifiedAt / 1_000),
    Size: bytes,
    StorageClass: 'STANDARD',
  };
}

function parseCursor(cursor: unknown): { after: string | null; index: number } {
  if (cursor === null) return { after: null, index: 0 };
  const { after, index } = cursor as { after?: unknown; index?: unknown };
  if ((typeof after === 'string' || after === null) && typeof index === 'number') {
    return { after, index };
  }
  throw new MillraceError('CONFLICT', 'the cursor of the map run was not saved for a listing');
}
