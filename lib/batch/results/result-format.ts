/** The formats of result files. */
import { messageOf } from '../../errors.ts';
import { isObjectUrl } from '../object-url.ts';
import { fillPlaceholders, listPlaceholders } from '../schedule/placeholders.ts';

/** The formats of result files: JSON Lines, CSV, and one JSON array. */
export const resultFormats = Object.freeze(['jsonl', 'csv', 'json'] as const);

/** One of {@link resultFormats}. */
export type ResultFormat = (typeof resultFormats)[number];

/** Media types by format. */
export const resultTypes: Readonly<Record<ResultFormat, string>> = Object.freeze({
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
});

/** Returns the format that the ending of a path stands for; JSON Lines for any other. */
export function resultFormatOf(output: string | undefined): ResultFormat {
  const ending = /\.([a-z]+)$/i.exec(output ?? '')?.[1]?.toLowerCase();
  return ending === 'csv' || ending === 'json' ? ending : 'jsonl';
}

/** Returns why a path cannot be that of a result file; null when it can. */
export function findResultPathProblem(output: string): string | null {
  const unknown = listPlaceholders(output).find((name) => !['date', 'name', 'id'].includes(name));
  if (unknown !== undefined) {
    return `expected the placeholders {date}, {name} and {id}; found {${unknown}}`;
  }
  const dateProblem = findDateProblem(output);
  if (dateProblem !== null) return dateProblem;
  if (output.includes('\0')) return 'expected a path without U+0000';
  if (!isObjectUrl(output)) return output.endsWith('/') ? 'expected a file, found a folder' : null;
  const isComplete = /^s3:\/\/[^/]+\/.*[^/]$/.test(output);
  return isComplete ? null : 'expected s3://BUCKET/KEY';
}

/** Returns why the formats of dates in a path cannot be filled in; null when they can. */
function findDateProblem(output: string): string | null {
  try {
    const values = { name: 'name', id: 'id' };
    fillPlaceholders('the path', output, { atMs: 0, timeZone: 'UTC', values });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
