/** A file in a watched folder. */
export interface WatchedFile {
  /** Its path within the folder, with slashes. */
  readonly key: string;
  /** The path that a source reads. */
  readonly path: string;
  /** Changes whenever the content does. */
  readonly version: string;
}

/** A folder in which new files are looked for. */
export interface WatchedFolder {
  readonly description: string;
  /**
   * Lists its files and those of its subfolders, without those whose names say that they are not
   * finished. Throws FILE_NOT_READABLE, also for a folder with too many files.
   */
  list(): Promise<WatchedFile[]>;
}
