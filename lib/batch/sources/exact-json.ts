/** Parses JSON whose numbers must not change. */
import type { Json } from '../../asl/json/json.ts';

/** A number of a document that no double has, or the document. */
export type ExactJson =
  | { readonly value: Json }
  /** Says which number, where, and what to do. */
  | { readonly problem: string };

/** What a text has in common in which a number may change: many digits in a row, or an exponent. */
const suspicious = /\d{16}|\d[eE]/;

/** Maximum length of a number in a message, in characters. */
const shownMax = 40;

/**
 * Parses a JSON document. An integer beyond 2^53 that no double has, and a number beyond all
 * doubles, are a problem: the number would become another one, and two ids could become one.
 * Throws SyntaxError for a text that is not JSON.
 */
export function parseExactJson(text: string): ExactJson {
  const value = JSON.parse(text) as Json;
  if (!suspicious.test(text)) return { value };
  const changed = findChanged(text);
  if (changed === null) return { value };
  const { path, source, becomes } = changed;
  const shown = source.length > shownMax ? `${source.slice(0, shownMax)}…` : source;
  return {
    problem:
      `expected numbers that keep their value; found ${shown} at ${path}, which would become ` +
      `${becomes}: write it as a string`,
  };
}

interface ChangedNumber {
  readonly path: string;
  readonly source: string;
  readonly becomes: string;
}

/** What the reviver of `JSON.parse` gets for a primitive value. */
interface SourceContext {
  readonly source?: string;
}

type SourceReviver = (
  this: unknown,
  key: string,
  value: unknown,
  context?: SourceContext,
) => unknown;

/** Finds the first number that changes. */
function findChanged(text: string): ChangedNumber | null {
  let changed: { readonly source: string; readonly becomes: string } | null = null;
  // Revived from the inside to the outside: each value on the way up gets its key prepended.
  let path: string[] = [];
  let holder: unknown;
  const revive: SourceReviver = function (key, value, { source } = {}) {
    if (changed !== null) {
      if (value === holder) {
        path = [key, ...path];
        holder = this;
      }
      return value;
    }
    if (typeof value !== 'number' || source === undefined || isSame(source, value)) return value;
    changed = { source, becomes: String(value) };
    path = [key];
    holder = this;
    return value;
  };
  JSON.parse(text, revive);
  return changed === null ? null : { ...(changed as object as ChangedNumber), path: toPath(path) };
}

function isSame(source: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (!/^-?\d+$/.test(source) || Number.isSafeInteger(value)) return true;
  // The shortest text of a double is what JavaScript itself has written for it.
  return String(value) === source || BigInt(source) === BigInt(value);
}

/** The outermost key is the empty one of the document. */
function toPath([, ...keys]: readonly string[]): string {
  return `$${keys.map(toStep).join('')}`;
}

function toStep(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  return /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
