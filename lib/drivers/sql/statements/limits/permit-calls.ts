/**
 * The statements on permits: those that decide are one call of a function, which locks the scopes
 * that it decides about before it reads (`migrations/0019-limits.ts`, `migrations/0022-nights.ts`).
 */
import { document, requestedIds } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/** Selects what the function `name` returns: executions that it woke, and when to look again. */
const woken = (name: string): string => `SELECT w.id AS "executionId", w.queue AS "queue",
  w.batch_id AS "batchId", w.ready_in AS "readyInMs"
FROM millrace.${name}(${document}) w`;

/** Hands out permits. The row without a number has the time until the next of a rate. */
export const acquirePermits: Statement = {
  name: 'acquire_permits',
  hasOnePlan: true,
  text: `SELECT a.n AS "n", a.granted AS "granted", a.ready_at AS "readyInMs"
FROM millrace.take_permits(${document}) a`,
};

/** Selects where executions and their calls wait, or were granted permits. */
export const selectPermitWaits: Statement = {
  name: 'select_permit_waits',
  text: `WITH ${requestedIds}
SELECT w.scope AS "scope", CAST(w.execution_id AS text) AS "executionId", w.command AS "command"
FROM millrace.permit_waits w WHERE w.execution_id IN (SELECT id FROM asked)`,
};

/** Takes permits back, and hands them to those that wait. */
export const releasePermits: Statement = {
  name: 'release_permits',
  hasOnePlan: true,
  text: woken('return_permits'),
};

/** Hands out the permits of rates that are due. */
export const grantPermits: Statement = { name: 'grant_permits', text: woken('grant_permits') };

/** Puts in order what crashes leave. */
export const sweepPermits: Statement = {
  name: 'sweep_permits',
  timeoutFactor: scanTimeoutFactor,
  text: woken('sweep_permits'),
};

/** Wakes executions that were granted permits before they slept. */
export const wakeGranted: Statement = {
  name: 'wake_granted',
  text: `SELECT g.id AS "id" FROM millrace.wake_granted(${document}) g`,
};
