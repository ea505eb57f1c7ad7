/** Executions and tasks in the form in which users see them. */
import type { Json } from '../asl/json/json.ts';
import { JsonText } from '../asl/json/json-text.ts';
import type { ExecutionRecord } from '../ports/store/execution-store.ts';

/** What only workers read, and what the end of a stopped execution says anyway. */
type HiddenField =
  | 'snapshot'
  | 'fence'
  | 'replyTo'
  | 'mockCase'
  | 'traceHeader'
  | 'stopError'
  | 'stopCause';

/** An execution or task with its documents parsed, without what only its worker reads. */
export type Details<Row extends ExecutionRecord> = Omit<Row, HiddenField | 'input' | 'output'> & {
  readonly input: Json;
  readonly output: Json;
};

/** An execution or task with its documents as texts, letter for letter. */
export type TextDetails<Row extends ExecutionRecord> = Omit<
  Row,
  HiddenField | 'input' | 'output'
> & { readonly input: JsonText; readonly output: JsonText | null };

/** Returns a record as it is shown to users, with its documents as texts. */
export function toTextDetails<Row extends ExecutionRecord>(record: Row): TextDetails<Row> {
  const {
    snapshot: _,
    fence,
    replyTo,
    mockCase,
    traceHeader,
    stopError,
    stopCause,
    input,
    output,
    ...details
  } = record;
  return {
    ...details,
    input: new JsonText(input),
    output: output === null ? null : new JsonText(output),
  };
}

/** Returns something with its documents parsed. */
export function toValues<
  Shown extends { readonly input: JsonText; readonly output: JsonText | null },
>(shown: Shown) {
  const { input, output } = shown;
  return { ...shown, input: input.toJSON(), output: output?.toJSON() ?? null };
}
