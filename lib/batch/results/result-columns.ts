/**
 * The columns of a CSV file of results. Pure.
 *
 * Each key of the inputs is a column `input.KEY`. The keys are those of the first rows, so that a
 * file of any length is written in one pass; what has no column is in the column `input`, as JSON:
 * other keys, and inputs that are no objects. Outputs have `output.KEY` and `output` likewise.
 */
import { readMemberTexts } from '../../asl/json/member-texts.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import type { BatchItemResult } from '../../ports/store/batch-queries.ts';
import { type ResultHead, resultFields, toResultHead } from './result-rows.ts';

/** The keys that have columns, in their order. */
export interface ResultColumns {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** Maximum number of columns for each of inputs and outputs; further keys share a column. */
const columnsMax = 500;

/** Returns the columns of a file that begins with these rows. */
export function findColumns(first: readonly BatchItemResult[]): ResultColumns {
  return {
    input: collectKeys(first.map(({ input }) => input)),
    output: collectKeys(first.flatMap(({ output }) => output ?? [])),
  };
}

function collectKeys(documents: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const document of documents) {
    for (const key of readMemberTexts(document).keys()) {
      if (keys.size < columnsMax) keys.add(key);
    }
  }
  return [...keys];
}

/** Returns the first line of a file. */
export function toCsvHead({ input, output }: ResultColumns): string {
  return toCsvLine([
    ...resultFields.map(toTextCell),
    ...input.map((key) => toTextCell(`input.${key}`)),
    'input',
    ...output.map((key) => toTextCell(`output.${key}`)),
    'output',
  ]);
}

/** Returns a row as one record, which has several lines when a text in it has. */
export function toCsvRow(result: BatchItemResult, columns: ResultColumns): string {
  const head: ResultHead = toResultHead(result);
  return toCsvLine([
    ...resultFields.map((field) => {
      const value = head[field];
      return typeof value === 'number' ? String(value) : toTextCell(value ?? '');
    }),
    ...toDocumentCells(result.input, columns.input),
    ...toDocumentCells(result.output, columns.output),
  ]);
}

function toDocumentCells(document: string | null, keys: readonly string[]): string[] {
  if (document === null) return [...keys.map(() => ''), ''];
  const members = readMemberTexts(document);
  const cells = keys.map((key) => toJsonCell(members.get(key)));
  if (!document.trimStart().startsWith('{')) return [...cells, toTextCell(document)];
  const known = new Set(keys);
  const others = [...members].filter(([key]) => !known.has(key));
  const rest = others.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',');
  return [...cells, rest === '' ? '' : toTextCell(`{${rest}}`)];
}

/** A text is written as it is, null as an empty cell, and any other value as its JSON. */
function toJsonCell(json: string | undefined): string {
  if (json === undefined || json === 'null') return '';
  if (json.startsWith('"')) return toTextCell(String(parseWrittenJson(json)));
  return /^[-\d]/.test(json) ? json : toTextCell(json);
}

const formulaStart = /^[=+\-@\t\r]/;
const plainNumber = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Returns a text as a cell. Spreadsheets run a text that begins like a formula, so it gets a `'` in
 * front, as OWASP advises; a number is no formula.
 */
function toTextCell(text: string): string {
  const isFormula = formulaStart.test(text) && !plainNumber.test(text);
  const shown = isFormula ? `'${text}` : text;
  return /[",\n\r]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function toCsvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}
