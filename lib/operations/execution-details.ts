/** Executions and tasks in the form in which users see them. */
import type { Json } from '../asl/json/json.ts';
import type { ExecutionRecord } from '../ports/store/execution-store.ts';

/** An execution or task with its documents parsed, without what only its worker reads. */
export type Details<Row extends ExecutionRecord> = Omit<
  Row,
  'snapshot' | 'fence' | 'replyTo' | 'input' | 'output'
> & { readonly input: Json; readonly output: Json };

/** Returns a record as it is shown to users. */
export function toExecutionDetails<Row extends ExecutionRecord>(record: Row): Details<Row> {
  const { snapshot: _, fence, replyTo, input, output, ...details } = record;
  return {
    ...details,
    input: JSON.parse(input) as Json,
    output: output === null ? null : (JSON.parse(output) as Json),
  };
}
