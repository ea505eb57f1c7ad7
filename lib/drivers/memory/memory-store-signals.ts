/** Signals in memory. */
import { assert } from '../../errors.ts';
import type { Wakeup } from '../../ports/execution-store.ts';
import type { MessageRecord } from '../../ports/message-store.ts';
import type { NewSignal, Signal, SignalOutcome, SignalStore } from '../../ports/signal-store.ts';
import { storableDocument } from '../shared/storable.ts';
import { send } from './memory-store-sweeps.ts';
import { type ExecutionRow, hasUnseen, type MemoryTables } from './memory-store-tables.ts';

/** A signal to send, with the message that it brings. */
type Outgoing = NewSignal & { readonly message?: MessageRecord };

/** The part of the store that keeps signals. */
export function memorySignalStore(tables: MemoryTables): SignalStore {
  return {
    signal: async (signals, wakeupSent) => signalAll(tables, signals, wakeupSent),
    readSignals: async (ids) => {
      const rows = [...new Set(ids)].flatMap((id) => tables.executions.get(id) ?? []);
      return new Map(rows.filter(hasUnseen).map((row) => [row.id, unseenOf(tables, row)] as const));
    },
    wakeSignalled: async (limit) => {
      const { wakeups, held } = signalAll(tables, tables.notices.splice(0, limit), true);
      return { wakeups, held };
    },
  };
}

/** What it has not seen. */
export function unseenOf(tables: MemoryTables, row: ExecutionRow): Signal[] {
  const inbox = tables.signals.get(row.id) ?? [];
  return inbox.filter(({ id }) => id > row.signalsSeen).map(({ id, event }) => ({ id, event }));
}

/**
 * Removes what a checkpoint has seen; what is not RUNNING any more waits for no signal. Messages
 * that were of no use stay, to be put back: those of earlier checkpoints too.
 */
export function seeSignals(
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

/** Puts signals into their inboxes; see `SignalStore.signal`. */
export function signalAll(
  tables: MemoryTables,
  signals: readonly Outgoing[],
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
    else if (row.dueAt !== null && wakeupSent) wakeups.push(send(tables, row));
    else if (row.dueAt !== null) leaveDue(tables, row);
  }
  return { wakeups, held: held.sort(), refused: refused.sort() };
}

/** The sweep sends its task. */
function leaveDue(tables: MemoryTables, row: ExecutionRow): void {
  row.dueAt = tables.now();
  row.sentAt = null;
}

function keep(tables: MemoryTables, row: ExecutionRow, signals: readonly Outgoing[]): void {
  const inbox = [...(tables.signals.get(row.id) ?? [])];
  for (const { event, message } of signals) {
    row.signalsSent += 1;
    inbox.push({ id: row.signalsSent, event: storableDocument(event), message });
  }
  tables.signals.set(row.id, inbox);
}
