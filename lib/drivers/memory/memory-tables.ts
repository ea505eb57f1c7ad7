import { type EndStatus, isEnd } from '../../engine/status.ts';
import type { ActivityTask } from '../../ports/store/activity-store.ts';
import type { AlertRecord } from '../../ports/store/alert-store.ts';
import type { ArchiveEntry } from '../../ports/store/archive-store.ts';
import type { BatchCounters, BatchRecord } from '../../ports/store/batch-store.ts';
import type { ExecutionLink, ExecutionRecord } from '../../ports/store/execution-store.ts';
import type { MachineRecord } from '../../ports/store/machine-store.ts';
import type { Correlation, MessageRecord, MessageWaiter } from '../../ports/store/message-store.ts';
import type { OrderRecord } from '../../ports/store/order-store.ts';
import type { LeasedResultFile, ResultFileRecord } from '../../ports/store/results/result-store.ts';
import type { ScheduleRecord, SeenFile } from '../../ports/store/schedule-store.ts';
import type { NewSignal, Signal } from '../../ports/store/signal-store.ts';
import type { LeasedDelivery } from '../../ports/store/webhook-store.ts';
import { FigureTables } from './figures/figure-tables.ts';
import { PermitLedger } from './limits/permit-ledger.ts';
import { MachineTables } from './machines/machine-tables.ts';

/**
 * The due time of an execution that is held back because its batch is on hold: later than any
 * other, except that of those that wait for a signal.
 */
export const heldBackAt: number = Number.MAX_SAFE_INTEGER - 1;

/** What is counted of a batch. */
export type CounterRow = Mutable<BatchCounters & Pick<BatchRecord, 'retried' | 'leftOut'>>;

/** Makes the properties of a record writable: rows change in place, records handed out do not. */
export type Mutable<Record> = { -readonly [Key in keyof Record]: Record[Key] };

/** A stored execution. */
export interface ExecutionRow extends Mutable<Omit<ExecutionRecord, 'dueAt'>> {
  readonly retriesMax: number;
  readonly link: ExecutionLink | null;
  readonly problem: string | null;
  readonly traceparent: string | null;
  abortRequested: boolean;
  /** Whether it was claimed to run alone in its worker. */
  alone: boolean;
  /** The innermost state in which it failed; null while it has not. */
  failedState: string | null;
  /** Number of signals ever sent, and how many of them it has seen. */
  signalsSent: number;
  signalsSeen: number;
  /** Sleeps until this time; `Infinity` waits for a signal; null does not sleep. */
  dueAt: number | null;
  /** When its task was or will be sent; null while it is held, and when none was sent. */
  sentAt: number | null;
}

/** A stored batch; its counters are stored apart. */
export interface BatchRow extends Mutable<Omit<BatchRecord, keyof CounterRow>> {
  fence: number;
  leaderId: string | null;
  leaseEndsAt: number;
  leasedAt: number;
  redrives: number;
  redrivenAt: number | null;
}

/** A stored order. */
export interface OrderRow extends Mutable<OrderRecord> {
  progress: string | null;
  leaderId: string | null;
  fence: number;
  leasedAt: number;
  leaseEndsAt: number;
}

/** A delivery to a webhook that waits. */
export interface DeliveryRow extends Mutable<LeasedDelivery> {
  dueAt: number;
}

/** A file of results that is to be written, or was. */
export interface ResultFileRow extends Mutable<LeasedResultFile & ResultFileRecord> {
  dueAt: number;
}

/** A worker's lease. */
interface Lease {
  readonly since: number;
  /** Null before the first heartbeat: claims extend a lease, too. */
  readonly lastBeatAt: number | null;
  readonly endsAt: number;
  readonly about: string | null;
}

/** A signal, with the message that it delivers. */
export interface SignalRow extends Signal {
  readonly message: MessageRecord | undefined;
}

/** A message, and when it was last put into the inbox. */
export interface MessageRow extends MessageRecord {
  readonly storedAt: number;
}

/** A chunk of history, added by one commit. */
export interface HistoryChunk {
  readonly firstEventId: number;
  readonly events: string;
}

/** A memory store's data: plain maps, and the operations that keep them consistent. */
export class MemoryTables {
  readonly now: () => number;
  /** Versions by machine, oldest first. */
  readonly machines = new Map<string, MachineRecord[]>();
  /** When each version of a machine was recorded last. */
  readonly machineRecordedAt = new WeakMap<MachineRecord, number>();
  readonly executions = new Map<string, ExecutionRow>();
  /** The executions that have not ended, so that sweeps need not read the others. */
  readonly open = new Set<ExecutionRow>();
  /** Unique indexes of executions: ids by machine and name, and by link. */
  readonly idByName = new Map<string, string>();
  readonly idByLink = new Map<string, string>();
  /** Unique index of open executions: ids by machine and key. */
  readonly idByKey = new Map<string, string>();
  readonly history = new Map<string, HistoryChunk[]>();
  /** Signals that executions have not seen yet. */
  readonly signals = new Map<string, SignalRow[]>();
  /** Signals that checkpoints left for other executions, not yet delivered. */
  readonly notices: NewSignal[] = [];
  readonly messages = new Map<string, MessageRow>();
  readonly waiters = new Map<string, MessageWaiter & { readonly since: number }>();
  readonly activityTasks = new Map<string, ActivityTask & { readonly scheduledAt: number }>();
  /** By worker. */
  readonly leases = new Map<string, Lease>();
  readonly batches = new Map<string, BatchRow>();
  readonly counters = new Map<string, CounterRow>();
  readonly archive = new Map<string, ArchiveEntry>();
  readonly registry = new MachineTables();
  readonly figures = new FigureTables();
  readonly permits = new PermitLedger();
  readonly orders = new Map<string, OrderRow>();
  readonly alerts = new Map<string, AlertRecord>();
  readonly deliveries = new Map<string, DeliveryRow>();
  /** By batch. */
  readonly resultFiles = new Map<string, ResultFileRow>();
  readonly schedules = new Map<string, ScheduleRecord>();
  readonly seenFiles = new Map<string, SeenFile & { readonly seenAt: number }>();

  constructor(now: () => number) {
    this.now = () => Math.floor(now());
  }

  /** Returns the remaining time of the holder's lease; 0 when no worker holds it. */
  leaseMsLeft(row: ExecutionRow): number {
    if (row.workerId === null) return 0;
    return Math.max(0, (this.leases.get(row.workerId)?.endsAt ?? 0) - this.now());
  }

  /** Extends a worker's lease. @param beat its metadata, null keeps it; absent for a claim */
  renewLease(workerId: string, leaseMs: number, beat?: { readonly about: string | null }): void {
    const before = this.leases.get(workerId);
    this.leases.set(workerId, {
      since: before?.since ?? this.now(),
      lastBeatAt: beat === undefined ? (before?.lastBeatAt ?? null) : this.now(),
      endsAt: this.now() + leaseMs,
      about: beat?.about ?? before?.about ?? null,
    });
  }

  /** Returns the counters of a batch; creates them on first use. */
  getCounters(batchId: string): CounterRow {
    let counters = this.counters.get(batchId);
    if (counters === undefined) {
      counters = {
        created: 0,
        succeeded: 0,
        failed: 0,
        timedOut: 0,
        aborted: 0,
        retried: 0,
        leftOut: 0,
      };
      this.counters.set(batchId, counters);
    }
    return counters;
  }

  /** Returns the number of open executions of a batch. */
  countOpen({ id }: Pick<BatchRow, 'id'>): number {
    const { created, succeeded, failed, timedOut, aborted } = this.getCounters(id);
    return created - succeeded - failed - timedOut - aborted;
  }

  /** Whether nothing of a paused batch is left to do. */
  isPausedAndDone(row: BatchRow): boolean {
    return row.status === 'PAUSED' && row.sourceDone && this.countOpen(row) === 0;
  }

  /** Changes an execution's status and updates its batch's counters. */
  changeStatus(row: ExecutionRow, status: ExecutionRow['status']): void {
    if (isEnd(row.status)) this.#count(row, row.status, -1);
    if (isEnd(status)) this.#count(row, status, 1);
    row.status = status;
    row.endedAt = isEnd(status) ? this.now() : null;
    if (row.endedAt === null) this.open.add(row);
    else this.close(row);
  }

  /** Whether the batch of an execution is on hold. */
  isOnHold({ batchId }: Pick<ExecutionRow, 'batchId'>): boolean {
    return batchId !== null && (this.batches.get(batchId)?.onHold ?? false);
  }

  /** Frees the unique key of an execution that never started. */
  freeKey(row: ExecutionRow): void {
    if (row.startedAt !== null || row.uniqueKey === null) return;
    this.idByKey.delete(nameKey(row.machineId, row.uniqueKey));
    row.uniqueKey = null;
  }

  /** Removes an execution from the open ones and frees its key. */
  close(row: ExecutionRow): void {
    const wasOpen = this.open.delete(row);
    if (!wasOpen || row.uniqueKey === null) return;
    this.idByKey.delete(nameKey(row.machineId, row.uniqueKey));
  }

  #count(row: ExecutionRow, status: EndStatus, by: 1 | -1): void {
    if (row.batchId === null) return;
    this.getCounters(row.batchId)[counterByStatus[status]] += by;
  }
}

const counterByStatus = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const satisfies Record<EndStatus, keyof BatchCounters>;

/** Returns the map key of a name or unique key within its machine. */
export function nameKey(machineId: string, name: string): string {
  return JSON.stringify([machineId, name]);
}

/** Returns the map key of a link to an execution of the machine `targetMachineId`. */
export function linkKey(link: ExecutionLink, targetMachineId: string): string {
  const { sourceExecutionId, sourceState, transformer } = link;
  return JSON.stringify([sourceExecutionId, sourceState, transformer, targetMachineId]);
}

/** Returns the map key of a waiting command. */
export function waiterKey(executionId: string, command: string): string {
  return JSON.stringify([executionId, command]);
}

/** Returns the map key of a correlation. */
export function correlationKey({ key, value }: Correlation): string {
  return JSON.stringify([key, value]);
}

/** Returns the items in ascending order of `key`. */
export function sortedBy<Item>(
  items: Iterable<Item>,
  key: (item: Item) => number | string,
): Item[] {
  return [...items].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}
