/**
 * Files that sources read: a folder of this machine now, a bucket later. A file is read from any
 * byte, as a stream, and tells when it is no longer the file it was.
 */

/** Which content a path has now. */
export interface ObjectVersion {
  /** Size in bytes. */
  readonly bytes: number;
  /** Another text whenever the content is another; opaque (an ETag, a time of change). */
  readonly version: string;
}

export interface ObjectStore {
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
