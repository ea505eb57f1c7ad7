/**
 * Optional conditions: one statement per set of conditions given, each condition a fixed text that
 * reads its value from the document. (`value IS NULL OR column = value` in one statement would keep
 * the planner from using any index.)
 */
import type { ExecutionStatus } from '../../../engine/status.ts';
import { field } from './common-fragments.ts';

/** Conditions by the name of the filter's field. */
export type Conditions = Readonly<Record<string, string>>;

/**
 * Conditions on an execution `e`, all but that on its status. Each value is read from the document
 * once, and not for every row.
 */
export const executionConditions: Conditions = {
  machineId: `e.machine_id = ${once('machineId')}`,
  batchId: `e.batch_id = ${once('batchId')}`,
  queue: `e.queue = ${once('queue')}`,
  name: `e.name = ${once('name')}`,
  namePrefix: `starts_with(e.name, ${once('namePrefix')})`,
  error: `e.error = ${once('error')}`,
  failedState: `e.failed_state = ${once('failedState')}`,
  createdFrom: `e.created_at >= ${once('createdFrom', 'float8')}`,
  createdBefore: `e.created_at < ${once('createdBefore', 'float8')}`,
  endedFrom: `e.ended_at >= ${once('endedFrom', 'float8')}`,
  endedBefore: `e.ended_at < ${once('endedBefore', 'float8')}`,
  labels: `CAST(e.labels AS jsonb) @> ${once('labels', 'jsonb')}`,
};

/** A field of the document as a scalar that is computed once. */
export function once(key: string, type = 'text'): string {
  return `(SELECT ${field(key, type)})`;
}

/** The status of a row that ended without success is also in a column of its own, with indexes. */
const quoted: Readonly<Record<ExecutionStatus, string>> = {
  PENDING: `'PENDING'`,
  RUNNING: `'RUNNING'`,
  SUCCEEDED: `'SUCCEEDED'`,
  FAILED: `'FAILED'`,
  TIMED_OUT: `'TIMED_OUT'`,
  ABORTED: `'ABORTED'`,
  PENDING_REDRIVE: `'PENDING_REDRIVE'`,
};

/** A condition that the status of an execution `e` is one of these; `true` for null, any status. */
export function isInStatuses(statuses: readonly ExecutionStatus[] | null): string {
  if (statuses === null) return 'true';
  return `e.status IN (${statuses.map((status) => quoted[status]).join(', ')})`;
}

/** A condition that an execution `e` ended in this status, which is not SUCCEEDED. */
export function failedAs(status: ExecutionStatus): string {
  return `e.failed_as = ${quoted[status]}`;
}

/** Returns the part of a statement's name that stands for a set of statuses. */
export function nameStatuses(statuses: readonly ExecutionStatus[] | null): string {
  if (statuses === null) return 'any';
  const known = Object.keys(quoted) as ExecutionStatus[];
  return known.map((status) => (statuses.includes(status) ? '1' : '0')).join('');
}

/** Joins the conditions that `filter` gives a value for; `true` when there is none. */
export function joinConditions(conditions: Conditions, filter: object): string {
  const given = Object.entries(conditions).filter(([key]) => isGiven(filter, key));
  return given.map(([, condition]) => condition).join(' AND ') || 'true';
}

/** Maximum number of conditions that a name shows one by one. */
const bitsMax = 12;

/** Returns the name of the statement with exactly these conditions. */
export function nameStatement(prefix: string, conditions: Conditions, filter: object): string {
  const given = Object.keys(conditions).map((key) => (isGiven(filter, key) ? '1' : '0'));
  const bits = given.join('');
  // A name has 63 characters at most.
  return `${prefix}_${bits.length > bitsMax ? Number.parseInt(bits, 2).toString(36) : bits}`;
}

function isGiven(filter: object, key: string): boolean {
  const value: unknown = Object.getOwnPropertyDescriptor(filter, key)?.value;
  return value !== undefined && value !== null && value !== false;
}
