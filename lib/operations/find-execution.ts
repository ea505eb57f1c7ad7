/** Finds executions the way users name them: by id, or by `machine:name`. */
import { findSimilar } from '../asl/known-names.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionRecord } from '../ports/store/execution-store.ts';
import type { Store } from '../ports/store/store.ts';

/** Where executions are looked up: an app, or anything else with a store. */
export interface ExecutionLookup {
  readonly store: Pick<Store, 'getExecution' | 'findExecution' | 'listMachines'>;
}

/** Finds an execution by its id or `machine:name`; null when there is none. */
export function findExecution(
  { store }: ExecutionLookup,
  name: string,
): Promise<ExecutionRecord | null> {
  const parts = splitName(name);
  return parts === null ? store.getExecution(name) : store.findExecution(...parts);
}

/** Finds an execution by its id or `machine:name`; throws UNKNOWN_EXECUTION. */
export async function requireExecution(
  lookup: ExecutionLookup,
  name: string,
): Promise<ExecutionRecord> {
  const record = await findExecution(lookup, name);
  if (record !== null) return record;
  const ids = (await lookup.store.listMachines()).map(({ id }) => id);
  const [machine = ''] = splitName(name) ?? [];
  const meant = ids.includes(machine) ? null : findSimilar(machine, ids);
  const hint = meant === null ? '' : `; did you mean the machine '${meant}'?`;
  throw new MillraceError(
    'UNKNOWN_EXECUTION',
    `no execution is called '${name}': give its id, or <machine>:<name>; ` +
      `'execution list' shows both${hint}`,
    { fields: { id: name } },
  );
}

/** Splits `machine:name`; a task type, which is a machine, may have colons. Null for an id. */
function splitName(text: string): [machine: string, name: string] | null {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? null : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Returns the id of `machine:name`; an unknown name is returned as it is. */
export async function resolveExecutionId(lookup: ExecutionLookup, name: string): Promise<string> {
  if (!name.includes(':')) return name;
  return (await findExecution(lookup, name))?.id ?? name;
}
