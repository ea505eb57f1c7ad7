/** Finds executions the way users name them: by id, or by `machine:name`. */
import { MillraceError } from '../errors.ts';
import type { ExecutionRecord } from '../ports/store/execution-store.ts';
import type { Store } from '../ports/store/store.ts';

/** Where executions are looked up: an app, or anything else with a store. */
export interface ExecutionLookup {
  readonly store: Pick<Store, 'getExecution' | 'findExecution'>;
}

/** Finds an execution by its id or `machine:name`; null when there is none. */
export function findExecution(
  { store }: ExecutionLookup,
  name: string,
): Promise<ExecutionRecord | null> {
  const colon = name.lastIndexOf(':');
  if (colon < 0) return store.getExecution(name);
  return store.findExecution(name.slice(0, colon), name.slice(colon + 1));
}

/** Finds an execution by its id or `machine:name`; throws UNKNOWN_EXECUTION. */
export async function requireExecution(
  lookup: ExecutionLookup,
  name: string,
): Promise<ExecutionRecord> {
  const record = await findExecution(lookup, name);
  if (record !== null) return record;
  throw new MillraceError(
    'UNKNOWN_EXECUTION',
    `no execution is called '${name}': give its id, or <machine>:<name>; 'execution list' shows both`,
    { fields: { id: name } },
  );
}

/** Returns the id of `machine:name`; an unknown name is returned as it is. */
export async function resolveExecutionId(lookup: ExecutionLookup, name: string): Promise<string> {
  if (!name.includes(':')) return name;
  return (await findExecution(lookup, name))?.id ?? name;
}
