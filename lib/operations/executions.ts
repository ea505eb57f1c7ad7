/** One execution, as people name it and as it is shown to them. */
import type { Json } from '../asl/json/json.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionRecord } from '../ports/execution-store.ts';
import type { Store } from '../ports/store.ts';

/** Where executions are looked for: an app. */
export interface ExecutionPlace {
  readonly store: Pick<Store, 'getExecution' | 'findExecution'>;
}

/** The execution that is called `id`, its id or `machine:name`; null when there is none. */
export function findExecution(
  { store }: ExecutionPlace,
  id: string,
): Promise<ExecutionRecord | null> {
  const colon = id.lastIndexOf(':');
  if (colon < 0) return store.getExecution(id);
  return store.findExecution(id.slice(0, colon), id.slice(colon + 1));
}

/** The same; throws UNKNOWN_EXECUTION when there is none. */
export async function requireExecution(
  place: ExecutionPlace,
  id: string,
): Promise<ExecutionRecord> {
  const record = await findExecution(place, id);
  if (record !== null) return record;
  throw new MillraceError(
    'UNKNOWN_EXECUTION',
    `no execution is called '${id}': give its id, or <machine>:<name>; 'executions list' shows both`,
    { fields: { id } },
  );
}

/** The id of what is called `name`; an id that nobody knows stays what it is. */
export async function executionIdOf(place: ExecutionPlace, name: string): Promise<string> {
  if (!name.includes(':')) return name;
  return (await findExecution(place, name))?.id ?? name;
}

/** A record with its documents as JSON, and without what only the interpreter reads. */
export function shownExecution<Record extends ExecutionRecord>({
  snapshot: _,
  input,
  output,
  ...execution
}: Record) {
  return {
    ...execution,
    input: JSON.parse(input) as Json,
    output: output === null ? null : (JSON.parse(output) as Json),
  };
}
