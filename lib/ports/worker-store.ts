/**
 * Who works: the processes that have said what they are by their heartbeat. The list is as true as
 * the leases: a process that died is in it as dead until an hour has passed.
 */

/** How long one that is gone is still listed, in milliseconds. */
export const goneWorkerListedMs = 3_600_000;

/** A process, or a part of one with a lease of its own. */
export interface WorkerRecord {
  readonly workerId: string;
  /** What it says of itself: one JSON text, which the store does not read. */
  readonly about: string;
  /** When it was first heard of, in milliseconds since 1970. */
  readonly since: number;
  /** Until its lease ends; negative since it ended. */
  readonly expiresInMs: number;
  /** Whether its lease lasts. */
  readonly alive: boolean;
  /** Executions that it holds. */
  readonly running: number;
}

export interface WorkerStore {
  /** Oldest first. One that stopped in good order, or never said what it is, is not listed. */
  listWorkers(): Promise<WorkerRecord[]>;
}
