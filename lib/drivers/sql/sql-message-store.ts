/** Messages in SQL. */
import type {
  Correlation,
  MatchScope,
  MessageRecord,
  MessageStore,
} from '../../ports/message-store.ts';
import { type PageRequest, pageOf, pageStart } from '../../ports/page.ts';
import { isUuid, storableDocument, storableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { reachedBy, type ToldRow } from './sql-signal-store.ts';
import { awaitMessage } from './statements/messages/await-message.ts';
import { forgetWaiter } from './statements/messages/forget-waiter.ts';
import { listMessages } from './statements/messages/list-messages.ts';
import { matchAll, matchCorrelation, matchRecent } from './statements/messages/match-messages.ts';
import { pruneMessages } from './statements/messages/prune-messages.ts';
import { putMessage } from './statements/messages/put-message.ts';
import { returnMessages } from './statements/messages/return-messages.ts';

/** The part of the store that keeps messages. */
export function sqlMessageStore(session: SqlSession): MessageStore {
  return {
    putMessage: async (message) => {
      const body = storableDocument(message.body);
      await session.call(putMessage, { ...message, ...correlationOf(message), body });
    },
    awaitMessage: async (waiter) => {
      if (!isUuid(waiter.executionId)) return;
      await session.call(awaitMessage, { ...waiter, ...correlationOf(waiter) });
    },
    forgetWaiter: async (executionId, command) => {
      if (isUuid(executionId)) await session.call(forgetWaiter, { executionId, command });
    },
    matchMessages: (scope, limit, wakeupSent) => match(session, scope, limit, wakeupSent),
    returnMessages: async () => (await session.call(returnMessages)).length,
    listMessages: ({ key }, page) => list(session, key, page),
    pruneMessages: async (limit) =>
      (await session.one<{ count: number }>(pruneMessages, { limit }))?.count ?? 0,
  };
}

function correlationOf({ key, value }: Correlation): Correlation {
  return { key: storableText(key), value: storableDocument(value) };
}

async function match(
  session: SqlSession,
  scope: MatchScope,
  limit: number,
  wakeupSent: boolean,
): ReturnType<MessageStore['matchMessages']> {
  const fields = 'withinMs' in scope ? scope : correlationOf(scope);
  const statement =
    'key' in scope ? matchCorrelation : scope.withinMs === null ? matchAll : matchRecent;
  const rows = await session.call<ToldRow>(statement, { ...fields, limit, wakeupSent });
  const { wakeups, held } = reachedBy(rows);
  return { wakeups: wakeupSent ? wakeups : [], held };
}

async function list(session: SqlSession, key: string | undefined, page: PageRequest) {
  const start = pageStart(page);
  const fields = {
    key: key === undefined ? null : storableText(key),
    afterId: start !== null && isUuid(start.id) ? start.id : null,
    limit: page.limit + 1,
  };
  const rows = await session.call<MessageRecord>(listMessages(fields), fields);
  return pageOf(rows, page.limit, ({ id }) => ({ at: 0, id }));
}
