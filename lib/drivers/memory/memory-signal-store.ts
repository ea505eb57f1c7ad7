import { assert } from '../../errors.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { MessageRecord } from '../../ports/store/message-store.ts';
import type {
  NewSignal,
  Signal,
  SignalOutcome,
  SignalStore,
} from '../../ports/store/signal-store.ts';
import { toStorableDocument } from '../shared/storable.ts';
import { hasUnseenSignals, markSent } from './execution-rows.ts';
import type { ExecutionRow, MemoryTables } from './memory-tables.ts';

/** A signal to send, with the message that it delivers. */
type MessageSignal = NewSignal & { readonly message?: MessageRecord };

/** The inboxes of executions in memory. */
export function createMemorySignalStore(tables: MemoryTables): SignalStore {
  return {
    sendSignals: async (signals, wakeupSent) => sendAll(tables, signals, wakeupSent),
    readSignals: async (ids) => {
      const rows = [...new Set(ids)].flatMap((id) => tables.executions.get(id) ?? []);
      return new Map(
        rows
          .filter(hasUnseenSignals)
          .map((row) => [row.id, listUnseenSignals(tables, row)] as const),
      );
    },
    deliverNotices: async (limit) => {
      const { wakeups, held } = sendAll(tables, tables.notices.splice(0, limit), true);
      return { wakeups, held };
    },
  };
}

/** Returns the signals that an execution has not seen. */
export function listUnseenSignals(tables: MemoryTables, row: ExecutionRow): Signal[] {
  const inbox = tables.signals.get(row.id) ?? [];
  return inbox.filter(({ id }) => id > row.signalsSeen).map(({ id, event }) => ({ id, event }));
}

/**
 * Deletes the signals that a checkpoint has seen: all of them when the execution is no longer
 * RUNNING. Keeps unused messages, also those of earlier checkpoints, for `returnMessages`.
 */
export function deleteSeenSignals(
  tables: MemoryTables,
  row: ExecutionRow,
  seen: number,
  unused: readonly number[],
): void {
  assert(seen <= row.signalsSent, 'a checkpoint has seen only signals that were sent');
  const before = row.signalsSeen;
  row.signalsSeen = row.status === 'RUNNING' ? Math.max(row.signalsSeen, seen) : row.signalsSent;
  const inbox = tables.signals.get(row.id) ?? [];
  const left = inbox.filter(({ id, message }) => {
    if (id > row.signalsSeen) return true;
    return message !== undefined && (id <= before || id > seen || unused.includes(id));
  });
  if (left.length === 0) tables.signals.delete(row.id);
  else tables.signals.set(row.id, left);
}

/** Puts signals into their inboxes; see `SignalStore.sendSignals`. */
export function sendAll(
  tables: MemoryTables,
  signals: readonly MessageSignal[],
  wakeupSent: boolean,
): SignalOutcome {
  const wakeups: Wakeup[] = [];
  const held: string[] = [];
  const refused: string[] = [];
  for (const [id, group] of Map.groupBy(signals, ({ executionId }) => executionId)) {
    const row = tables.executions.get(id);
    if (row === undefined || row.status !== 'RUNNING') {
      refused.push(id);
      continue;
    }
    keep(tables, row, group);
    if (row.workerId !== null) held.push(id);
    else if (row.dueAt !== null && wakeupSent) wakeups.push(markSent(tables, row));
    else if (row.dueAt !== null) leaveDue(tables, row);
  }
  return { wakeups, held: held.sort(), refused: refused.sort() };
}

/** Leaves sending the task to the sweeper. */
function leaveDue(tables: MemoryTables, row: ExecutionRow): void {
  row.dueAt = tables.now();
  row.sentAt = null;
}

function keep(tables: MemoryTables, row: ExecutionRow, signals: readonly MessageSignal[]): void {
  const inbox = [...(tables.signals.get(row.id) ?? [])];
  for (const { event, message } of signals) {
    row.signalsSent += 1;
    inbox.push({ id: row.signalsSent, event: toStorableDocument(event), message });
  }
  tables.signals.set(row.id, inbox);
}
