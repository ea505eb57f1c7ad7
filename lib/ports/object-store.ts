/** The current version of an object's content. */
export interface ObjectVersion {
  /** Size in bytes. */
  readonly bytes: number;
  /** Changes whenever the content does; opaque (an ETag, a modification time). */
  readonly version: string;
}

/** Reads files that may change: each read can be compared with the version before. */
export interface ObjectReader {
  /**
   * Throws `FILE_NOT_READABLE`, with the path, when the file does not exist or may not be read.
   */
  stat(path: string): Promise<ObjectVersion>;
  /**
   * Streams the content from `fromByte` on, in chunks of the driver's choice. Reads ahead by a
   * bounded amount, and stops when the loop over it ends. Throws `FILE_NOT_READABLE` while it is
   * iterated.
   */
  open(path: string, fromByte: number): AsyncIterable<Uint8Array>;
}

/** One object of a list. */
export interface ListedObject extends ObjectVersion {
  /** The path for `open`: `bucket/key`. */
  readonly path: string;
  /** When it was last written, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** A file that is being written in parts; plain JSON, so that another process can go on with it. */
export interface Upload {
  /** Opaque. */
  readonly id: string;
  /** What identifies each part that is written, in order; opaque. */
  readonly parts: readonly string[];
  /** Size of the parts, in bytes. */
  readonly bytes: number;
}

/** The reason of a `FILE_NOT_WRITABLE` for an upload that is gone, and has to begin again. */
export const uploadGone = 'NoSuchUpload';

/**
 * Writes files in parts. A file appears when its upload is finished, complete, and replaces an
 * earlier one; until then readers see nothing of it. Every call throws `FILE_NOT_WRITABLE`, with
 * {@link uploadGone} as its `fields.reason` when the upload is not there.
 */
export interface ObjectWriter {
  /** @param type the media type of the content */
  startUpload(path: string, type: string): Promise<Upload>;
  /**
   * Adds a part and returns the upload with it. Repeating the call with the same upload replaces
   * the part. A part but the last has at least 5 MiB, and there are at most 10,000.
   */
  addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload>;
  /** An upload has at least one part. */
  finishUpload(path: string, upload: Upload): Promise<void>;
  /** Removes what was written of an upload. */
  cancelUpload(path: string, upload: Upload): Promise<void>;
}

/**
 * Objects by `bucket/key`, in folders of this machine or in buckets; keys may contain slashes.
 * Sources and distributed Maps read them, and a ResultWriter writes them. A write is atomic.
 */
export interface ObjectStore extends ObjectReader, ObjectWriter {
  /**
   * Lists the objects of one bucket whose path begins with `prefix` (`bucket/` lists all of it),
   * starting after the path `after` when it is given. Ordered by the paths' UTF-8 bytes, read a
   * page at a time. Throws `FILE_NOT_READABLE` while it is iterated, also for a bucket that does
   * not exist.
   */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  /**
   * Writes an object, or replaces it: readers see the old content or the new one, never a part.
   * Throws `FILE_NOT_WRITABLE`.
   */
  put(path: string, content: string): Promise<void>;
}
