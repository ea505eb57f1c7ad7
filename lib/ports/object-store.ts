/**
 * Files that sources and distributed Maps read, and what a ResultWriter writes: folders of this
 * machine, or buckets. A file is read from any byte, as a stream, and tells when it is no longer
 * the file it was; what is written is there whole or not at all.
 */

/** Which content a path has now. */
export interface ObjectVersion {
  /** Size in bytes. */
  readonly bytes: number;
  /** Another text whenever the content is another; opaque (an ETag, a time of change). */
  readonly version: string;
}

/** What is only read from. */
export interface ObjectReader {
  /**
   * Throws `FILE_NOT_READABLE`, naming the path, when there is no such file or it may not be read.
   */
  stat(path: string): Promise<ObjectVersion>;
  /**
   * The content from `fromByte` on, in pieces of the driver's choice; reads ahead by a bounded
   * amount, and ends its reading when the loop over it ends. Throws `FILE_NOT_READABLE` while it is
   * iterated.
   */
  open(path: string, fromByte: number): AsyncIterable<Uint8Array>;
}

/** One object of a list. */
export interface ListedObject extends ObjectVersion {
  /** As it is given to `open`: `bucket/key`. */
  readonly path: string;
  /** When it was written last, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** Objects by `bucket/key`; keys may have slashes of their own. */
export interface ObjectStore extends ObjectReader {
  /**
   * The objects of one bucket whose path begins with `prefix` (`bucket/` lists all of it), those
   * behind `after` only when it is given. In order of the paths' UTF-8 bytes, a page at a time.
   * Throws `FILE_NOT_READABLE` while it is iterated, also for a bucket that is not there.
   */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  /**
   * Writes an object, or replaces it: readers see the old content or the new one, never a part.
   * Throws `FILE_NOT_WRITABLE`.
   */
  put(path: string, content: string): Promise<void>;
}
