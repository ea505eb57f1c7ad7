/** What an evening in a sandbox does to an account, or to a rehearsal of one. */

/**
 * The releases that the sandbox deploys: the app, the app with one queue more and another setting
 * of its first queue, and one whose deploy fails half-way.
 */
export type SandboxRelease = 'first' | 'changed queue' | 'broken';

/** The figures of a batch that has ended. */
export interface BatchEnd {
  readonly status: string;
  readonly succeeded: number;
  readonly failed: number;
}

/** An account with credentials, or a rehearsal. Each method throws what went wrong. */
export interface SandboxCloud {
  /** Facts for the report: where it is, and with which versions. No account id. */
  describe(): Promise<readonly string[]>;
  /** Deploys a release. Returns what was seen; a deploy that is rolled back throws. */
  deploy(release: SandboxRelease): Promise<string>;
  /** Starts a batch by an event, and waits for its end. */
  runBatch(name: string): Promise<BatchEnd>;
  /** Sets an alarm off. Returns whom it notified; null when alarms notify no one. */
  soundAlarm(): Promise<string | null>;
  /** Records the migration of a newer release that this one still works on, or removes it. */
  recordNewerSchema(exists: boolean): Promise<void>;
  /** Returns the versions of the schema. */
  readSchema(): Promise<{ readonly applied: number; readonly known: number }>;
  /** Deletes everything. Returns what is left, one name each. */
  destroy(): Promise<readonly string[]>;
  close(): Promise<void>;
}
