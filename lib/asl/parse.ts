/**
 * Parses JSON and YAML into documents and definitions. A syntax error is one error with source,
 * line and column; the problems of a definition are reported all at once.
 */
import { type Document, parseDocument as parseYaml, visit } from 'yaml';
import { MillraceError, messageOf } from '../errors.ts';
import { type CheckOptions, checkDefinition, requireDocumentDepth } from './check-definition.ts';
import type { MachineDefinition } from './definition.ts';
import { ExactNumber, isHeldByDouble } from './json/exact-number.ts';
import type { Json } from './json/json.ts';
import { findJsonSyntaxError } from './json/json-syntax-error.ts';
import { parseJson } from './json/parse-json.ts';

/** Options of {@link parseDocument}. */
export interface ParseOptions {
  /**
   * Name of the file or other source of the text, used in messages. The extension (`.yaml`,
   * `.json`) selects the format.
   */
  readonly source?: string;
}

/** Maximum number of YAML aliases resolved in one document, against exponential expansion. */
const yamlAliasesMax = 100;

/**
 * Parses JSON or YAML, by the extension of `source`, otherwise as JSON when the text starts like
 * JSON. Throws `MALFORMED_DOCUMENT`.
 *
 * Numbers keep their value; `1.0` is `1`. For duplicate keys of a JSON object the last value wins;
 * YAML rejects them. In YAML, only `true`, `false` and `null`
 * (or `~`, or an empty value) are neither strings nor numbers: `no` and dates are strings.
 */
export function parseDocument(text: string, options: ParseOptions = {}): Json {
  const { source } = options;
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const document = isYamlText(body, source) ? readYaml(body, source) : readJson(body, source);
  requireDocumentDepth(document, source);
  return document;
}

/**
 * Parses and validates a definition in JSON or YAML. Throws `MALFORMED_DOCUMENT`, or
 * `InvalidDefinition` with all problems.
 */
export function parseDefinition(text: string, options: CheckOptions = {}): MachineDefinition {
  return checkDefinition(parseDocument(text, options), options);
}

/** Whether the file name has a YAML extension. */
export function isYaml(source: string): boolean {
  return /\.ya?ml$/i.test(source);
}

function isYamlText(text: string, source: string | undefined): boolean {
  if (source !== undefined && isYaml(source)) return true;
  if (source !== undefined && /\.(json|asl)$/i.test(source)) return false;
  return !/^\s*([{["]|$)/.test(text) && !isJson(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readJson(text: string, source: string | undefined): Json {
  try {
    return parseJson(text);
  } catch (error) {
    const fault = findJsonSyntaxError(text);
    if (fault === undefined) throw malformed(source, undefined, messageOf(error));
    const found = describe(text, fault.offset);
    const reason = `expected ${fault.expected}, found ${found}${hintFor(text, fault.offset)}`;
    throw malformed(source, toTextPlace(text, fault.offset), reason);
  }
}

function describe(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the document';
  return JSON.stringify(text.slice(offset, offset + 12).split('\n', 1)[0] || text.charAt(offset));
}

/** Returns advice for the most common mistakes in JSON, or an empty string. */
function hintFor(text: string, offset: number): string {
  const rest = text.slice(offset, offset + 2);
  if (/\S/.test(text) === false) return ': the document is empty';
  if (rest === '//' || rest === '/*' || rest.startsWith('#')) return ': JSON has no comments';
  if (rest.startsWith("'")) return ': JSON strings take double quotes only';
  if (/,\s*$/.test(text.slice(Math.max(0, offset - 200), offset)) && /^[}\]]/.test(rest)) {
    return ': remove the comma before it';
  }
  return '';
}

/** Maximum length of a YAML text, in characters: it takes ten times as long to read as JSON. */
const yamlCharsMax = 1_048_576;

function readYaml(text: string, source: string | undefined): Json {
  if (text.length > yamlCharsMax) {
    throw malformed(source, undefined, `expected at most ${yamlCharsMax} characters of YAML`);
  }
  try {
    const document = parseYaml(text, { schema: 'core', prettyErrors: true });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) {
      const [place] = problem.linePos ?? [];
      throw malformed(source, place, (problem.message.split('\n', 1)[0] ?? '').replace(/:$/, ''));
    }
    keepExactNumbers(document);
    const value: unknown = document.toJS({ maxAliasCount: yamlAliasesMax });
    return assertJson(value, source);
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    const reason = error instanceof RangeError ? 'nested too deeply' : messageOf(error);
    throw malformed(source, undefined, reason);
  }
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** The library reads numbers as doubles; those that are written as in JSON keep their digits. */
function keepExactNumbers(document: Document): void {
  visit(document, {
    Scalar: (_key, node) => {
      const { source = '', value } = node;
      if (typeof value !== 'number' || !jsonNumber.test(source) || isHeldByDouble(source)) return;
      node.value = new ExactNumber(source);
    },
  });
}

/** Rejects `.inf` and `.nan`, which YAML has and JSON has not. */
function assertJson(value: unknown, source: string | undefined): Json {
  const assertFinite = (_: string, item: unknown): unknown => {
    if (typeof item !== 'number' || Number.isFinite(item)) return item;
    throw malformed(source, undefined, `expected a JSON value, found the number ${item}`);
  };
  const text = JSON.stringify(value, assertFinite);
  return text === undefined ? null : parseJson(text);
}

interface TextPlace {
  readonly line: number;
  readonly col: number;
}

function toTextPlace(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, col: (before.at(-1) ?? '').length + 1 };
}

function malformed(
  source: string | undefined,
  place: TextPlace | undefined,
  reason: string,
): MillraceError {
  const name = source ?? 'the document';
  const where = place === undefined ? '' : `, line ${place.line}, column ${place.col}`;
  return new MillraceError('MALFORMED_DOCUMENT', `cannot read ${name}${where}: ${reason}`, {
    fields: { source, line: place?.line, column: place?.col },
  });
}
