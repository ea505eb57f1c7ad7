/** What a heartbeat returns: ids of executions that the worker holds, in order. */
export interface HeartbeatReply {
  /** Executions whose abort was requested. */
  readonly abortRequested: string[];
  /** Executions that have signals they have not seen. */
  readonly signalled: string[];
}

/**
 * The leases of workers and leaders: one per process, however many executions it holds. A process
 * whose lease has expired counts as dead, and its executions can be claimed by others.
 */
export interface LeaseStore {
  /**
   * Extends the worker's lease to `leaseMs` from now.
   * @param about JSON metadata of the process, for `WorkerStore.listWorkers`; absent keeps the last
   */
  heartbeat(workerId: string, leaseMs: number, about?: string): Promise<HeartbeatReply>;
  /** Lists the executions that the worker holds: those that no other has claimed meanwhile. */
  listHeld(workerId: string): Promise<string[]>;
  /** Ends the worker's lease at once: executions it still holds are runnable, with a stall. */
  endLease(workerId: string): Promise<void>;
}
