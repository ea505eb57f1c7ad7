/** The rows of result files as JSON. Documents are passed on as their texts: no number changes. */
import type { BatchItemResult } from '../../ports/store/batch-queries.ts';

/** The fields of a row besides its documents, in the order in which files have them. */
export const resultFields = Object.freeze([
  'index',
  'id',
  'name',
  'status',
  'attempts',
  'error',
  'cause',
  'createdAt',
  'startedAt',
  'endedAt',
] as const);

/** A row without its documents; times are ISO 8601 texts. */
export interface ResultHead {
  readonly index: number | null;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** The number of failed attempts. */
  readonly attempts: number;
  readonly error: string | null;
  readonly cause: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Returns the fields of a row besides its documents. */
export function toResultHead(result: BatchItemResult): ResultHead {
  const { batchIndex: index, id, name, status, attempts, error, cause } = result;
  return {
    index,
    id,
    name,
    status,
    attempts,
    error,
    cause,
    createdAt: new Date(result.createdAt).toISOString(),
    startedAt: toTime(result.startedAt),
    endedAt: toTime(result.endedAt),
  };
}

/** Returns a row as one line of JSON, with its documents letter for letter. */
export function toJsonRow(result: BatchItemResult): string {
  const { labels, input, output } = result;
  const head = JSON.stringify(toResultHead(result)).slice(0, -1);
  const shown = labels === undefined ? '' : `,"labels":${JSON.stringify(labels)}`;
  return `${head}${shown},"input":${toLine(input)},"output":${toLine(output ?? 'null')}}`;
}

/** A document may be printed over several lines; inside of a text JSON has no line feed. */
function toLine(json: string): string {
  return /[\n\r]/.test(json) ? json.replaceAll(/[\n\r]+\s*/g, ' ') : json;
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
