/** Signals in memory. */
import { assert } from '../../errors.ts';
import type { Wakeup } from '../../ports/execution-store.ts';
import type { NewSignal, Signal, SignalOutcome, SignalStore } from '../../ports/signal-store.ts';
import { storableDocument } from '../../ports/storable.ts';
import { send } from './memory-store-sweeps.ts';
import { type ExecutionRow, hasUnseen, type MemoryTables } from './memory-store-tables.ts';

/** The part of the store that keeps signals. */
export function memorySignalStore(tables: MemoryTables): SignalStore {
  return {
    signal: async (signals, wakeupSent) => signal(tables, signals, wakeupSent),
    readSignals: async (ids) => {
      const rows = [...new Set(ids)].flatMap((id) => tables.executions.get(id) ?? []);
      return new Map(rows.filter(hasUnseen).map((row) => [row.id, unseenOf(tables, row)] as const));
    },
    wakeSignalled: async (limit) => {
      const { wakeups, held } = signal(tables, tables.notices.splice(0, limit), true);
      return { wakeups, held };
    },
  };
}

/** Copies of what it has not seen. */
export function unseenOf(tables: MemoryTables, row: ExecutionRow): Signal[] {
  return [...(tables.signals.get(row.id) ?? [])];
}

/** Removes what a checkpoint has seen; what is not RUNNING any more waits for no signal. */
export function seeSignals(tables: MemoryTables, row: ExecutionRow, seen: number): void {
  assert(seen <= row.signalsSent, 'a checkpoint has seen only signals that were sent');
  row.signalsSeen = row.status === 'RUNNING' ? Math.max(row.signalsSeen, seen) : row.signalsSent;
  const left = unseenOf(tables, row).filter(({ id }) => id > row.signalsSeen);
  if (left.length === 0) tables.signals.delete(row.id);
  else tables.signals.set(row.id, left);
}

function signal(
  tables: MemoryTables,
  signals: readonly NewSignal[],
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

function keep(tables: MemoryTables, row: ExecutionRow, signals: readonly NewSignal[]): void {
  const inbox = unseenOf(tables, row);
  for (const { event } of signals) {
    row.signalsSent += 1;
    inbox.push({ id: row.signalsSent, event: storableDocument(event) });
  }
  tables.signals.set(row.id, inbox);
}
