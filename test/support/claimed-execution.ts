import type { ClaimedExecution } from '../../lib/ports/store/claim-store.ts';

/** Creates an execution as a claim returns it: new and without limits, unless changed. */
export function createClaimedExecution(changes: Partial<ClaimedExecution> = {}): ClaimedExecution {
  return {
    id: 'e',
    fence: 1,
    machineId: 'machine',
    machineVersion: 1,
    name: 'e',
    input: '{}',
    queue: 'default',
    batchId: null,
    batchIndex: null,
    status: 'PENDING',
    snapshot: null,
    attempts: 0,
    retriesMax: 0,
    stalls: 0,
    abortRequested: false,
    problem: null,
    replyTo: null,
    timeoutMs: null,
    deadlineAt: null,
    traceparent: null,
    mockCase: null,
    signals: [],
    createdAt: 0,
    claimedAt: 0,
    ...changes,
  };
}
