import { DataApiError } from './data-api-error.ts';
import type { DatabasePool } from './database-pool.ts';
import type { DataApiLimits } from './limits.ts';
import type { ServerClock } from './server-clock.ts';
import type { BoundStatement, Session, StatementResult } from './session.ts';

/** What statements are run with. */
export interface StatementContext {
  readonly clock: ServerClock;
  readonly limits: DataApiLimits;
  readonly database: DatabasePool;
}

/**
 * Runs statements one after the other, and returns the result of the last. At the timeout the call
 * fails and no further statement is started. The running one is cancelled, or continues unobserved
 * with `continueAfterTimeout`.
 */
export async function runStatements(
  { clock, limits, database }: StatementContext,
  session: Session,
  statements: readonly [BoundStatement, ...BoundStatement[]],
  continueAfterTimeout = false,
): Promise<StatementResult> {
  const timeout = Promise.withResolvers<never>();
  let isTimedOut = false;
  const cancelTimeout = clock.after(limits.statementMs, () => {
    isTimedOut = true;
    const fields = { dbConnectionId: session.processId };
    timeout.reject(new DataApiError('StatementTimeoutException', 'Request timed out', fields));
    // If cancelling fails, the database is gone, and so is the statement.
    if (!continueAfterTimeout) database.cancel(session).catch(() => {});
  });
  const runAll = async () => {
    const [first, ...more] = statements;
    let result = await session.run(first, limits);
    for (const statement of more) {
      if (isTimedOut) break;
      result = await session.run(statement, limits);
    }
    return result;
  };
  try {
    return await Promise.race([runAll(), timeout.promise]);
  } finally {
    cancelTimeout();
  }
}
