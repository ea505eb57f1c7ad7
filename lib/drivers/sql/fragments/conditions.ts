/**
 * Optional conditions: one statement per set of conditions given, each condition a fixed text that
 * reads its value from the document. (`value IS NULL OR column = value` in one statement would keep
 * the planner from using any index.)
 */
import { field } from './common-fragments.ts';

/** Conditions by the name of the filter's field. */
export type Conditions = Readonly<Record<string, string>>;

/** Conditions on an execution `e`. */
export const executionConditions: Conditions = {
  machineId: `e.machine_id = ${field('machineId')}`,
  batchId: `e.batch_id = ${field('batchId')}`,
  status: `e.status = ${field('status')}`,
  name: `e.name = ${field('name')}`,
  error: `e.error = ${field('error')}`,
  createdFrom: `e.created_at >= ${field('createdFrom', 'float8')}`,
  createdBefore: `e.created_at < ${field('createdBefore', 'float8')}`,
};

/** Joins the conditions that `filter` gives a value for; `true` when there is none. */
export function joinConditions(conditions: Conditions, filter: object): string {
  const given = Object.entries(conditions).filter(([key]) => isGiven(filter, key));
  return given.map(([, condition]) => condition).join(' AND ') || 'true';
}

/** Returns the name of the statement with exactly these conditions. */
export function nameStatement(prefix: string, conditions: Conditions, filter: object): string {
  const given = Object.keys(conditions).map((key) => (isGiven(filter, key) ? '1' : '0'));
  return `${prefix}_${given.join('')}`;
}

function isGiven(filter: object, key: string): boolean {
  const value: unknown = Object.getOwnPropertyDescriptor(filter, key)?.value;
  return value !== undefined && value !== null && value !== false;
}
