import type {
  Correlation,
  MatchScope,
  MessageRecord,
  MessageStore,
} from '../../ports/store/message-store.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { sendAll } from './memory-signal-store.ts';
import { correlationKey, type MemoryTables, sortedBy, waiterKey } from './memory-tables.ts';

/** The inbox of messages in memory. */
export function createMemoryMessageStore(tables: MemoryTables): MessageStore {
  return {
    putMessage: async ({ ttlMs, ...message }) => {
      if (tables.messages.has(message.id)) return;
      const receivedAt = tables.now();
      const expiresAt = receivedAt + ttlMs;
      keep(tables, { ...storable(message), receivedAt, expiresAt });
    },
    awaitMessage: async (waiter) => {
      const key = waiterKey(waiter.executionId, waiter.command);
      if (tables.waiters.has(key)) return;
      tables.waiters.set(key, { ...waiter, ...toStoredCorrelation(waiter), since: tables.now() });
    },
    removeWaiter: async (executionId, command) => {
      tables.waiters.delete(waiterKey(executionId, command));
    },
    matchMessages: async (scope, limit, wakeupSent) => match(tables, scope, limit, wakeupSent),
    returnMessages: async () => returnAll(tables),
    listMessages: async ({ key }, page) => list(tables, key, page),
    pruneMessages: async (limit) => prune(tables, limit),
  };
}

function toStoredCorrelation({ key, value }: Correlation): Correlation {
  return { key: toStorableText(key), value: toStorableDocument(value) };
}

function storable<Message extends Correlation & { readonly body: string }>(
  message: Message,
): Message {
  return { ...message, ...toStoredCorrelation(message), body: toStorableDocument(message.body) };
}

function keep(tables: MemoryTables, message: MessageRecord): void {
  tables.messages.set(message.id, { ...message, storedAt: tables.now() });
}

function match(tables: MemoryTables, scope: MatchScope, limit: number, wakeupSent: boolean) {
  const inScope = findCorrelations(tables, scope);
  const messages = sortedBy(tables.messages.values(), ({ id }) => id).filter(
    (message) => message.expiresAt > tables.now() && inScope.has(correlationKey(message)),
  );
  const oldest = new Map(messages.toReversed().map((each) => [correlationKey(each), each]));
  const signals = sortedBy(oldest.values(), ({ id }) => id).flatMap((message) => {
    const waiting = findWaiters(tables, message);
    return waiting.length === 0 ? [] : [{ message, waiting }];
  });
  const answers = signals.slice(0, limit).flatMap(({ message, waiting }) => {
    const { storedAt: _, ...record } = message;
    tables.messages.delete(message.id);
    return waiting.map(({ executionId, command }) => {
      tables.waiters.delete(waiterKey(executionId, command));
      const result = `"result":${message.body}`;
      const event = `{"type":"commandSucceeded","command":${JSON.stringify(command)},${result}}`;
      return { executionId, event, message: record };
    });
  });
  const { wakeups, held } = sendAll(tables, answers, wakeupSent);
  return { wakeups, held };
}

/** Returns the keys of the correlations in scope. */
function findCorrelations(tables: MemoryTables, scope: MatchScope): ReadonlySet<string> {
  if (!('withinMs' in scope)) return new Set([correlationKey(toStoredCorrelation(scope))]);
  const from = scope.withinMs === null ? -Infinity : tables.now() - scope.withinMs;
  const messages = [...tables.messages.values()].filter(({ storedAt }) => storedAt >= from);
  const waiters = [...tables.waiters.values()].filter(({ since }) => since >= from);
  return new Set([...messages, ...waiters].map(correlationKey));
}

/** Returns the RUNNING executions' waiters for a message. */
function findWaiters(tables: MemoryTables, message: Correlation) {
  const wanted = correlationKey(message);
  return [...tables.waiters.values()].filter(
    (waiter) =>
      correlationKey(waiter) === wanted &&
      tables.executions.get(waiter.executionId)?.status === 'RUNNING',
  );
}

function returnAll(tables: MemoryTables): number {
  let count = 0;
  for (const [id, signals] of tables.signals) {
    const row = tables.executions.get(id);
    const seen = row?.status === 'RUNNING' ? row.signalsSeen : Infinity;
    for (const { message } of signals.filter((signal) => signal.id <= seen)) {
      if (message === undefined) continue;
      keep(tables, message);
      count += 1;
    }
    const left = signals.filter((signal) => signal.id > seen || signal.message === undefined);
    if (left.length === 0) tables.signals.delete(id);
    else tables.signals.set(id, left);
  }
  return count;
}

function list(tables: MemoryTables, key: string | undefined, page: PageRequest) {
  const start = parsePageStart(page);
  const entries = sortedBy(tables.messages.values(), ({ id }) => id)
    .filter((message) => key === undefined || message.key === toStorableText(key))
    .filter(({ id }) => start === null || id > start.id)
    .slice(0, page.limit + 1)
    .map(({ storedAt: _, ...message }) => message);
  return toPage(entries, page.limit, ({ id }) => ({ at: 0, id }));
}

function prune(tables: MemoryTables, limit: number): number {
  const expired = [...tables.messages.values()].filter(({ expiresAt }) => {
    return expiresAt <= tables.now();
  });
  const gone = sortedBy(expired, ({ expiresAt }) => expiresAt).slice(0, limit);
  for (const { id } of gone) tables.messages.delete(id);
  for (const [key, { executionId }] of tables.waiters) {
    if (tables.executions.get(executionId)?.endedAt !== null) tables.waiters.delete(key);
  }
  return gone.length;
}
