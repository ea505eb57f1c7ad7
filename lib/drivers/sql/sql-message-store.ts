import type {
  Correlation,
  MatchScope,
  MessageRecord,
  MessageStore,
} from '../../ports/store/message-store.ts';
import type { PageRequest } from '../../ports/store/page.ts';
import { parsePageStart, toPage } from '../shared/keyset-pages.ts';
import { isUuid, toStorableDocument, toStorableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { type ReachedRow, toOutcome } from './sql-signal-store.ts';
import { deleteWaiter } from './statements/messages/delete-waiter.ts';
import { insertMessage } from './statements/messages/insert-message.ts';
import { insertWaiter } from './statements/messages/insert-waiter.ts';
import { matchAll, matchCorrelation, matchRecent } from './statements/messages/match-messages.ts';
import { pruneMessages } from './statements/messages/prune-messages.ts';
import { returnMessages } from './statements/messages/return-messages.ts';
import { selectMessages } from './statements/messages/select-messages.ts';

/** The inbox of messages in SQL. */
export function createSqlMessageStore(session: SqlSession): MessageStore {
  return {
    putMessage: async (message) => {
      const body = toStorableDocument(message.body);
      await session.call(insertMessage, { ...message, ...toStoredCorrelation(message), body });
    },
    awaitMessage: async (waiter) => {
      if (!isUuid(waiter.executionId)) return;
      await session.call(insertWaiter, { ...waiter, ...toStoredCorrelation(waiter) });
    },
    removeWaiter: async (executionId, command) => {
      if (isUuid(executionId)) await session.call(deleteWaiter, { executionId, command });
    },
    matchMessages: (scope, limit, wakeupSent) => match(session, scope, limit, wakeupSent),
    returnMessages: async () => (await session.call(returnMessages)).length,
    listMessages: ({ key }, page) => list(session, key, page),
    pruneMessages: (limit) => session.count(pruneMessages, { limit }),
  };
}

function toStoredCorrelation({ key, value }: Correlation): Correlation {
  return { key: toStorableText(key), value: toStorableDocument(value) };
}

async function match(
  session: SqlSession,
  scope: MatchScope,
  limit: number,
  wakeupSent: boolean,
): ReturnType<MessageStore['matchMessages']> {
  const fields = 'withinMs' in scope ? scope : toStoredCorrelation(scope);
  const statement =
    'key' in scope ? matchCorrelation : scope.withinMs === null ? matchAll : matchRecent;
  const rows = await session.call<ReachedRow>(statement, { ...fields, limit, wakeupSent });
  const { wakeups, held } = toOutcome(rows);
  return { wakeups: wakeupSent ? wakeups : [], held };
}

async function list(session: SqlSession, key: string | undefined, page: PageRequest) {
  const start = parsePageStart(page);
  const fields = {
    key: key === undefined ? null : toStorableText(key),
    afterId: start !== null && isUuid(start.id) ? start.id : null,
    limit: page.limit + 1,
  };
  const rows = await session.call<MessageRecord>(selectMessages(fields), fields);
  return toPage(rows, page.limit, ({ id }) => ({ at: 0, id }));
}
