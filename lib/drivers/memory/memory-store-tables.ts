/**
 * The memory store's tables: plain maps, and the few steps that keep them consistent with one
 * another.
 */
import { type EndStatus, isEnd } from '../../engine/status.ts';
import type { ActivityTask } from '../../ports/activity-store.ts';
import type { ArchiveEntry } from '../../ports/archive-store.ts';
import type { BatchCounters, BatchRecord } from '../../ports/batch-store.ts';
import type { ExecutionLink, ExecutionRecord, Wakeup } from '../../ports/execution-store.ts';
import type { MachineRecord } from '../../ports/machine-store.ts';
import type { Correlation, MessageRecord, MessageWaiter } from '../../ports/message-store.ts';
import type { NewSignal, Signal } from '../../ports/signal-store.ts';

/** Makes the properties of a record writable: rows change in place, records handed out do not. */
export type Mutable<Record> = { -readonly [Key in keyof Record]: Record[Key] };

/** An execution as it is kept. */
export interface ExecutionRow extends Mutable<Omit<ExecutionRecord, 'dueAt'>> {
  readonly retriesMax: number;
  readonly link: ExecutionLink | null;
  readonly problem: string | null;
  abortRequested: boolean;
  /** Signals that ever came, and how many of them it has seen. */
  signalsSent: number;
  signalsSeen: number;
  /** Sleeps until then; `Infinity` waits for a signal; null does not sleep. */
  dueAt: number | null;
  /** When a task was, or will be, sent for it; null while it is held, and when none was sent. */
  sentAt: number | null;
}

/** A batch as it is kept; its counters are kept apart. */
export interface BatchRow extends Mutable<Omit<BatchRecord, keyof BatchCounters>> {
  fence: number;
  leaderId: string | null;
  leaseEndsAt: number;
  leasedAt: number;
}

/** A worker's lease. */
interface Lease {
  readonly since: number;
  readonly endsAt: number;
  readonly about: string | null;
}

/** A signal, with the message that it brings. */
export interface SignalRow extends Signal {
  readonly message: MessageRecord | undefined;
}

/** A message, and when it was put into the inbox last. */
export interface MessageRow extends MessageRecord {
  readonly storedAt: number;
}

/** A chunk of history: what one commit added. */
export interface HistoryChunk {
  readonly firstEventId: number;
  readonly events: string;
}

/** All of a memory store's data. */
export class MemoryTables {
  readonly now: () => number;
  /** Versions by machine, oldest first. */
  readonly machines = new Map<string, MachineRecord[]>();
  readonly executions = new Map<string, ExecutionRow>();
  /** The executions that have not ended, so that sweeps need not look at the others. */
  readonly open = new Set<ExecutionRow>();
  /** Ids by machine and name, and by link: what must be unique. */
  readonly idByName = new Map<string, string>();
  readonly idByLink = new Map<string, string>();
  /** Ids of open executions by machine and key, likewise. */
  readonly idByKey = new Map<string, string>();
  readonly history = new Map<string, HistoryChunk[]>();
  /** What executions have not seen yet. */
  readonly signals = new Map<string, SignalRow[]>();
  /** Signals that are yet to be delivered. */
  readonly notices: NewSignal[] = [];
  readonly messages = new Map<string, MessageRow>();
  readonly waiters = new Map<string, MessageWaiter & { readonly since: number }>();
  readonly activityTasks = new Map<string, ActivityTask & { readonly scheduledAt: number }>();
  /** By worker. */
  readonly leases = new Map<string, Lease>();
  readonly batches = new Map<string, BatchRow>();
  readonly counters = new Map<string, Mutable<BatchCounters>>();
  readonly archive = new Map<string, ArchiveEntry>();

  constructor(now: () => number) {
    this.now = () => Math.floor(now());
  }

  /** How long the holder's lease still lasts; 0 when nobody holds it. */
  leaseMsLeft(row: ExecutionRow): number {
    if (row.workerId === null) return 0;
    return Math.max(0, (this.leases.get(row.workerId)?.endsAt ?? 0) - this.now());
  }

  /** Makes a worker's lease last from now; what it says of itself stays until it says more. */
  renewLease(workerId: string, leaseMs: number, about: string | null = null): void {
    const before = this.leases.get(workerId);
    this.leases.set(workerId, {
      since: before?.since ?? this.now(),
      endsAt: this.now() + leaseMs,
      about: about ?? before?.about ?? null,
    });
  }

  /** The counters of a batch, made when first asked for. */
  countersOf(batchId: string): Mutable<BatchCounters> {
    let counters = this.counters.get(batchId);
    if (counters === undefined) {
      counters = { created: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
      this.counters.set(batchId, counters);
    }
    return counters;
  }

  /** Ends an execution, or opens an ended one again, and moves its batch's counters along. */
  changeStatus(row: ExecutionRow, status: ExecutionRow['status']): void {
    if (isEnd(row.status)) this.#count(row, row.status, -1);
    if (isEnd(status)) this.#count(row, status, 1);
    row.status = status;
    row.endedAt = isEnd(status) ? this.now() : null;
    if (row.endedAt === null) this.open.add(row);
    else this.close(row);
  }

  /** Takes it off the open ones; its key is free again. */
  close(row: ExecutionRow): void {
    const wasOpen = this.open.delete(row);
    if (!wasOpen || row.uniqueKey === null) return;
    this.idByKey.delete(nameKey(row.machineId, row.uniqueKey));
  }

  #count(row: ExecutionRow, status: EndStatus, by: 1 | -1): void {
    if (row.batchId === null) return;
    this.countersOf(row.batchId)[counterByStatus[status]] += by;
  }
}

const counterByStatus = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const satisfies Record<EndStatus, keyof BatchCounters>;

/** The key of a name, or of what else is unique, within its machine. */
export function nameKey(machineId: string, name: string): string {
  return JSON.stringify([machineId, name]);
}

/** The key of a link to an execution of the machine `targetMachineId`. */
export function linkKey(link: ExecutionLink, targetMachineId: string): string {
  const { sourceExecutionId, sourceState, transformer } = link;
  return JSON.stringify([sourceExecutionId, sourceState, transformer, targetMachineId]);
}

/** The key of a command that waits. */
export function waiterKey(executionId: string, command: string): string {
  return JSON.stringify([executionId, command]);
}

/** The same for what belongs together. */
export function correlationKey({ key, value }: Correlation): string {
  return JSON.stringify([key, value]);
}

/** Whether signals are there that it has not seen. */
export function hasUnseen({ signalsSent, signalsSeen }: ExecutionRow): boolean {
  return signalsSent > signalsSeen;
}

/** What a message must carry to wake `row`. */
export function wakeupOf({ id, queue, batchId }: ExecutionRow): Wakeup {
  return { executionId: id, queue, batchId };
}

/** Orders by `key`, smallest first, without changing the list given. */
export function sortedBy<Item>(
  items: Iterable<Item>,
  key: (item: Item) => number | string,
): Item[] {
  return [...items].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
