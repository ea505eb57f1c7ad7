/** Permits of limits: who holds them, who waits for them, and the functions that hand them out. */
import type { Migration } from '../migration.ts';
import { permitFunctions } from './limits/permit-functions.ts';
import { permitGrants } from './limits/permit-grants.ts';

/**
 * A decision about a scope is made by one transaction at a time, which has locked the scope's row:
 * so a permit that becomes free and a holder that begins to wait at the same moment see each other.
 * The functions read after they have locked, and each of their statements sees what was committed
 * by then; a single statement would still see the time before it waited.
 *
 * The row of a permit is its holder's and names no worker: it outlives the worker's lease. Permits
 * are inserted and deleted, never counted up and down, so that nothing can be counted twice. Their
 * texts compare as bytes, and keys come first in the index, since they differ most.
 *
 * Assignments are written with `=`, because a colon begins a parameter of the Data API.
 */
export const limits: Migration = {
  version: 19,
  name: 'limits',
  statements: [
    `CREATE TABLE millrace.permit_scopes (
      scope text COLLATE "C" PRIMARY KEY,
      turn bigint NOT NULL DEFAULT 0
    )`,
    `CREATE TABLE millrace.permits (
      scope text COLLATE "C" NOT NULL,
      rule text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      execution_id uuid NOT NULL,
      command text COLLATE "C" NOT NULL,
      fence integer NOT NULL,
      since bigint NOT NULL,
      PRIMARY KEY (key, rule, scope, execution_id, command)
    )`,
    `CREATE TABLE millrace.permit_waits (
      scope text COLLATE "C" NOT NULL,
      execution_id uuid NOT NULL,
      command text COLLATE "C" NOT NULL,
      fence integer NOT NULL,
      needs text NOT NULL,
      fair_key text COLLATE "C" NOT NULL,
      turn bigint NOT NULL,
      since bigint NOT NULL,
      rule text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      granted_at bigint,
      PRIMARY KEY (execution_id, command, scope)
    )`,
    `CREATE INDEX permit_waits_queue
      ON millrace.permit_waits (scope, rule, key, turn, since, execution_id, command)
      WHERE granted_at IS NULL`,
    `CREATE INDEX permit_waits_turn ON millrace.permit_waits (scope, fair_key, turn)`,
    `CREATE INDEX permit_waits_granted ON millrace.permit_waits (granted_at)
      WHERE granted_at IS NOT NULL`,
    `CREATE TABLE millrace.permit_rates (
      scope text COLLATE "C" NOT NULL,
      rule text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      used_up_to float8 NOT NULL,
      ready_at float8,
      PRIMARY KEY (key, rule, scope)
    )`,
    `CREATE INDEX permit_rates_ready ON millrace.permit_rates (scope, ready_at)
      WHERE ready_at IS NOT NULL`,
    ...permitFunctions,
    ...permitGrants,
  ],
};
