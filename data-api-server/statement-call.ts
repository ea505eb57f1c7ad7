/** Runs a caller's statement within the time that a call waits for it. */
import type { Clock } from './clock.ts';
import type { Database } from './database.ts';
import type { Limits } from './limits.ts';
import { ServiceError } from './service-error.ts';
import type { BoundStatement, Session, StatementResult } from './session.ts';

/** What running a statement needs. */
export interface Surroundings {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly database: Database;
}

/**
 * Runs a statement. When its time is over the call fails, and the statement is cancelled, or goes
 * on unseen where that was asked for.
 */
export async function callStatement(
  { clock, limits, database }: Surroundings,
  session: Session,
  statement: BoundStatement,
  continueAfterTimeout = false,
): Promise<StatementResult> {
  const timeout = Promise.withResolvers<never>();
  const stopWaiting = clock.after(limits.statementMs, () => {
    const fields = { dbConnectionId: session.processId };
    timeout.reject(new ServiceError('StatementTimeoutException', 'Request timed out', fields));
    // Where cancelling fails the database is gone, and the statement with it.
    if (!continueAfterTimeout) database.cancel(session).catch(() => {});
  });
  const running = session.run(statement, limits);
  try {
    return await Promise.race([running, timeout.promise]);
  } finally {
    stopWaiting();
  }
}
