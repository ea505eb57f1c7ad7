import type { ObjectReader, ObjectStore } from '../ports/object-store.ts';
import type { SkippingClock } from './skipping-clock.ts';

/** Returns `files`, during whose reads no time of the test passes. */
export function holdReads(files: ObjectReader, clock: SkippingClock): ObjectReader {
  return {
    stat: (path) => clock.hold(() => files.stat(path)),
    open: (path, fromByte) => holdSteps(files.open(path, fromByte), clock),
  };
}

/** Returns `objects`, during whose calls no time of the test passes. */
export function createHeldObjects(objects: ObjectStore, clock: SkippingClock): ObjectStore {
  return {
    ...holdReads(objects, clock),
    list: (prefix, after) => holdSteps(objects.list(prefix, after), clock),
    put: (path, content) => clock.hold(() => objects.put(path, content)),
    startUpload: (path, type) => clock.hold(() => objects.startUpload(path, type)),
    addPart: (path, upload, content) => clock.hold(() => objects.addPart(path, upload, content)),
    finishUpload: (path, upload) => clock.hold(() => objects.finishUpload(path, upload)),
    cancelUpload: (path, upload) => clock.hold(() => objects.cancelUpload(path, upload)),
  };
}

async function* holdSteps<Item>(
  items: AsyncIterable<Item>,
  clock: SkippingClock,
): AsyncIterable<Item> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await clock.hold(() => iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
