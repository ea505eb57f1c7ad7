/** One execution, as people name it and as it is shown to them. */
import type { Millrace } from '../app/millrace.ts';
import type { Json } from '../asl/json.ts';
import type { ExecutionRecord } from '../ports/execution-store.ts';
import { momentText } from './text-table.ts';

/** What people call an execution: its id, or its machine and its name. */
export const executionArgument = "the execution's id, or <machine>:<name>";

/** The execution that is called `id`; null when there is none. */
export function findExecution({ store }: Millrace, id: string): Promise<ExecutionRecord | null> {
  const colon = id.lastIndexOf(':');
  if (colon < 0) return store.getExecution(id);
  return store.findExecution(id.slice(0, colon), id.slice(colon + 1));
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

/** A line for each field, moments as people read them. */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string[] {
  const width = Math.max(...Object.keys(fields).map((key) => key.length));
  return Object.entries(fields).map(
    ([key, value]) => `${key.padEnd(width)}  ${valueText(key, value)}`,
  );
}

function valueText(key: string, value: unknown): string {
  if (value === null) return '–';
  if (key.endsWith('At') && typeof value === 'number') return momentText(value) ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
