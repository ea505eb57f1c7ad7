/** Signals in SQL. */
import type { Wakeup } from '../../ports/execution-store.ts';
import type { NewSignal, Signal, SignalOutcome, SignalStore } from '../../ports/signal-store.ts';
import { isUuid, storableDocument } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { deliverNotices } from './statements/messages/deliver-notices.ts';
import { readSignals } from './statements/messages/read-signals.ts';
import { sendSignals } from './statements/messages/send-signals.ts';

/** The part of the store that keeps signals. */
export function sqlSignalStore(session: SqlSession): SignalStore {
  return {
    signal: (signals, wakeupSent) => send(session, signals, wakeupSent),
    readSignals: (executionIds) => unseen(session, executionIds),
    wakeSignalled: async (limit) => reachedBy(await session.call(deliverNotices, { limit })),
  };
}

/** An execution that signals reached. */
export interface ToldRow extends Wakeup {
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
  const rows = await session.call<ToldRow>(sendSignals, {
    wakeupSent,
    signals: [...byId].filter(([id]) => isUuid(id)).flatMap(([id, group]) => numbered(id, group)),
  });
  const told = new Set(rows.map(({ executionId }) => executionId));
  const { wakeups, held } = reachedBy(rows);
  const refused = [...byId.keys()].filter((id) => !told.has(id)).sort();
  return { wakeups: wakeupSent ? wakeups : [], held, refused };
}

/** What became of the signals to `rows`. */
export function reachedBy(rows: readonly ToldRow[]): Omit<SignalOutcome, 'refused'> {
  return {
    wakeups: rows
      .filter(({ woken }) => woken)
      .map(({ executionId, queue, batchId }) => ({ executionId, queue, batchId })),
    held: rows.filter(({ held }) => held).map(({ executionId }) => executionId),
  };
}

function numbered(id: string, signals: readonly NewSignal[]) {
  return signals.map(({ event }, index) => ({ id, n: index + 1, event: storableDocument(event) }));
}

/** See {@link SignalStore.readSignals}. */
export async function unseen(
  session: SqlSession,
  executionIds: readonly string[],
): Promise<Map<string, Signal[]>> {
  const ids = [...new Set(executionIds)].filter(isUuid);
  if (ids.length === 0) return new Map();
  const rows = await session.call<Signal & { readonly executionId: string }>(readSignals, { ids });
  const byId = Map.groupBy(rows, ({ executionId }) => executionId);
  return new Map(
    [...byId].map(([id, group]) => [id, group.map(({ id: n, event }) => ({ id: n, event }))]),
  );
}
