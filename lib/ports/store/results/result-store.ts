/** What becomes of a file of results. */
export type ResultFileStatus = 'PENDING' | 'WRITTEN' | 'FAILED';

/** A file of results to write when a batch has ended. */
export interface NewResultFile {
  /** A local path, or `s3://BUCKET/KEY`. */
  readonly output: string;
  readonly format: string;
}

/** How far a file is written; `progress` is a JSON text that only the writer reads. */
export interface ResultProgress {
  readonly progress: string | null;
  readonly items: number;
  readonly bytes: number;
}

/** A file that is to be written now. */
export interface LeasedResultFile extends NewResultFile, ResultProgress {
  readonly batchId: string;
  /** Grows with each lease; every change must carry it. */
  readonly fence: number;
  /** Leases since it last progressed, this one included. */
  readonly attempts: number;
}

/** A file of results as it is shown. */
export interface ResultFileRecord extends NewResultFile, Omit<ResultProgress, 'progress'> {
  readonly status: ResultFileStatus;
  /** Leases since it last progressed. */
  readonly attempts: number;
  /** Why it is not written, or not yet; null when nothing is wrong. */
  readonly reason: string | null;
  readonly endedAt: number | null;
}

/** What follows from an attempt to write a file. */
export type ResultOutcome = ResultProgress & {
  readonly status: ResultFileStatus;
  readonly reason: string | null;
  /** While it is PENDING: the time until it is due again, in milliseconds. */
  readonly retryInMs: number;
};

/**
 * The files of results that are to be written. They are recorded by the statement that ends their
 * batch (`BatchStore.transitionBatch`), so that no crash loses one.
 */
export interface ResultStore {
  /** Takes up to `limit` files that are due. No other caller gets them for `leaseMs`. */
  leaseResultFiles(limit: number, leaseMs: number): Promise<LeasedResultFile[]>;
  /** Saves progress and extends the lease; false when another caller has the file by now. */
  saveResultProgress(
    batchId: string,
    fence: number,
    progress: ResultProgress,
    leaseMs: number,
  ): Promise<boolean>;
  /** Ends the lease; false when another caller has the file by now. */
  settleResultFile(batchId: string, fence: number, outcome: ResultOutcome): Promise<boolean>;
  /** Returns the file of a batch; null when it has none. */
  getResultFile(batchId: string): Promise<ResultFileRecord | null>;
}
