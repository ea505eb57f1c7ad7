import type { Wakeup } from '../../ports/store/execution-store.ts';
import type {
  NewSignal,
  Signal,
  SignalOutcome,
  SignalStore,
} from '../../ports/store/signal-store.ts';
import { isUuid, toStorableDocument } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { deliverNotices } from './statements/signals/deliver-notices.ts';
import { selectSignals } from './statements/signals/select-signals.ts';
import { sendSignals } from './statements/signals/send-signals.ts';

/** The inboxes of executions in SQL. */
export function createSqlSignalStore(session: SqlSession): SignalStore {
  return {
    sendSignals: (signals, wakeupSent) => send(session, signals, wakeupSent),
    readSignals: (executionIds) => readUnseenSignals(session, executionIds),
    deliverNotices: async (limit) => toOutcome(await session.call(deliverNotices, { limit })),
  };
}

/** An execution that signals reached. */
export interface ReachedRow extends Wakeup {
  readonly held: boolean;
  readonly woken: boolean;
}

async function send(
  session: SqlSession,
  signals: readonly NewSignal[],
  wakeupSent: boolean,
): Promise<SignalOutcome> {
  if (signals.length === 0) return { wakeups: [], held: [], refused: [] };
  const byId = Map.groupBy(signals, ({ executionId }) => executionId);
  const rows = await session.call<ReachedRow>(sendSignals, {
    wakeupSent,
    signals: [...byId]
      .filter(([id]) => isUuid(id))
      .flatMap(([id, group]) => numberSignals(id, group)),
  });
  const reached = new Set(rows.map(({ executionId }) => executionId));
  const { wakeups, held } = toOutcome(rows);
  const refused = [...byId.keys()].filter((id) => !reached.has(id)).sort();
  return { wakeups: wakeupSent ? wakeups : [], held, refused };
}

/** Returns the outcome of signals that reached `rows`. */
export function toOutcome(rows: readonly ReachedRow[]): Omit<SignalOutcome, 'refused'> {
  return {
    wakeups: rows
      .filter(({ woken }) => woken)
      .map(({ executionId, queue, batchId }) => ({ executionId, queue, batchId })),
    held: rows.filter(({ held }) => held).map(({ executionId }) => executionId),
  };
}

function numberSignals(id: string, signals: readonly NewSignal[]) {
  return signals.map(({ event }, index) => ({
    id,
    n: index + 1,
    event: toStorableDocument(event),
  }));
}

/** Reads the signals that executions have not seen, by execution. */
export async function readUnseenSignals(
  session: SqlSession,
  executionIds: readonly string[],
): Promise<Map<string, Signal[]>> {
  const ids = [...new Set(executionIds)].filter(isUuid);
  if (ids.length === 0) return new Map();
  const rows = await session.call<Signal & { readonly executionId: string }>(selectSignals, {
    ids,
  });
  const byId = Map.groupBy(rows, ({ executionId }) => executionId);
  return new Map(
    [...byId].map(([id, group]) => [id, group.map(({ id: n, event }) => ({ id: n, event }))]),
  );
}
