/** Runs a caller's statements within the time that a call waits for them. */
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { Limits } from './limits.ts';
import { ServiceError } from './service-error.ts';
import type { BoundStatement, Session, StatementResult } from './session.ts';

/** What running statements needs. */
export interface Surroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly database: Database;
}

/**
 * Runs statements one after the other; answers with what the last one gave. When the time is over
 * the call fails, no further statement is begun, and the one that runs is cancelled, or goes on
 * unseen where that was asked for.
 */
export async function callStatements(
  { clock, limits, database }: Surroundings,
  session: Session,
  statements: readonly [BoundStatement, ...BoundStatement[]],
  continueAfterTimeout = false,
): Promise<StatementResult> {
  const timeout = Promise.withResolvers<never>();
  let isOver = false;
  const stopWaiting = clock.after(limits.statementMs, () => {
    isOver = true;
    const fields = { dbConnectionId: session.processId };
    timeout.reject(new ServiceError('StatementTimeoutException', 'Request timed out', fields));
    // Where cancelling fails the database is gone, and the statement with it.
    if (!continueAfterTimeout) database.cancel(session).catch(() => {});
  });
  const runAll = async () => {
    const [first, ...more] = statements;
    let result = await session.run(first, limits);
    for (const statement of more) {
      if (isOver) break;
      result = await session.run(statement, limits);
    }
    return result;
  };
  try {
    return await Promise.race([runAll(), timeout.promise]);
  } finally {
    stopWaiting();
  }
}
