/** How long a worker is listed after its lease expired, in milliseconds. */
export const goneWorkerListedMs = 3_600_000;

/** A process, or a role within one that has a lease of its own. */
export interface WorkerRecord {
  readonly workerId: string;
  /** Its metadata: one JSON text, opaque to the store. */
  readonly about: string;
  /** When its first heartbeat arrived, in milliseconds since 1970. */
  readonly since: number;
  /** When its last heartbeat arrived, in milliseconds since 1970; null before the first. */
  readonly lastBeatAt: number | null;
  /** Time until its lease expires, in milliseconds; negative afterwards. */
  readonly expiresInMs: number;
  /** True while its lease is valid. */
  readonly alive: boolean;
  /** Number of executions it holds. */
  readonly running: number;
}

/**
 * Lists the processes that sent metadata with their heartbeat (`LeaseStore.heartbeat`). The list is
 * as accurate as the leases: a crashed process is listed as dead for one hour.
 */
export interface WorkerStore {
  /** Oldest first. Leaves out processes that stopped in good order or sent no metadata. */
  listWorkers(): Promise<WorkerRecord[]>;
}
