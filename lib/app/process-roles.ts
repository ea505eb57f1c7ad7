/**
 * The parts of Millrace that a process may run: the leader, which fans batches out and looks after
 * what is lost; a worker; or both. Processes of one part meet the others in the store and the
 * broker, so both must be such that processes share.
 */

import type { Settings } from '../config/settings.ts';
import { MillraceError } from '../errors.ts';
import type { OpenDrivers } from '../operations/app-context.ts';
import type { Part } from '../operations/workers.ts';
import type { Role } from '../roles/role.ts';
import type { Roles } from './compose/create-roles.ts';

/** All parts: the all-in-one process. */
export const allProcessRoles: readonly Part[] = Object.freeze(['leader', 'worker']);

/** The roles that make up `parts`. */
export function rolesOf(roles: Roles, parts: readonly Part[]): Role[] {
  const { leader, sweeper, archiver, janitor, worker } = roles;
  const byPart: Record<Part, readonly Role[]> = {
    leader: [leader, sweeper, archiver, janitor],
    worker: [worker],
  };
  return parts.flatMap((part) => byPart[part]);
}

/**
 * Throws INVALID_CONFIGURATION when a process of `parts` alone could meet no other. Drivers that
 * were lent are their lender's business.
 */
export function checkProcessRoles(
  parts: readonly Part[],
  { broker, store }: Pick<Settings, 'broker' | 'store'>,
  lent: OpenDrivers = {},
): void {
  if (allProcessRoles.every((part) => parts.includes(part))) return;
  const names = parts.join(' and ');
  if (broker.driver === 'memory' && lent.broker === undefined) {
    throw alone(names, 'broker', 'memory', 'set REDIS_URL or --redis, or QUEUE_DRIVER=sqs');
  }
  const isShared = store.driver === 'postgres' || store.driver === 'rds-data';
  if (!isShared && lent.store === undefined) {
    const mend = 'set POSTGRES_URL or --postgres, or STORE_DRIVER=rds-data';
    throw alone(names, 'store', store.driver, mend);
  }
}

function alone(part: string, what: string, found: string, mend: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `a ${part} of its own needs a ${what} that other processes reach; found ${found}: ${mend}, ` +
      'or run everything in one process with millrace dev',
  );
}
