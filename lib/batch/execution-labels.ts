/** The labels of executions, by which they are found: their limits and their checks. Pure. */
import { isExactNumber } from '../asl/json/exact-number.ts';
import { isObject, type Json } from '../asl/json/json.ts';
import type { ExecutionLabels } from '../ports/store/execution-store.ts';

/** Limits of labels. Each label is a row of an index, so they are few and short. */
export const labelLimits = Object.freeze({
  countMax: 16,
  keyCharsMax: 64,
  valueCharsMax: 256,
});

const keyShape = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;

/** Returns why a text is no key of a label; null when it is one. */
export function findLabelKeyProblem(key: string): string | null {
  if (keyShape.test(key)) return null;
  return (
    `a label's key is 1 to ${labelLimits.keyCharsMax} of the characters A–Z, a–z, 0–9, . _ : / ` +
    `and -, and begins with a letter or digit; found ${JSON.stringify(key).slice(0, 80)}`
  );
}

/** The labels that a value describes, or its problem. */
export type ParsedLabels = { readonly labels: ExecutionLabels } | { readonly problem: string };

/**
 * Checks labels: texts, numbers and booleans by key. Numbers and booleans become their texts, and a
 * null leaves its label out, as a column that few items have.
 */
export function parseLabels(value: Json | undefined): ParsedLabels {
  if (!isObject(value)) return { problem: `expected labels by key, found ${describe(value)}` };
  const labels: Record<string, string> = {};
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [key, given] of entries) {
    if (given === null) continue;
    const problem = findLabelKeyProblem(key);
    if (problem !== null) return { problem };
    const text = toLabelText(given);
    if (text === null) {
      return {
        problem: `${key}: expected a text, a number or a boolean; found ${describe(given)}`,
      };
    }
    const valueProblem = findValueProblem(text);
    if (valueProblem !== null) return { problem: `${key}: ${valueProblem}` };
    labels[key] = text;
  }
  const count = Object.keys(labels).length;
  if (count <= labelLimits.countMax) return { labels };
  return { problem: `expected at most ${labelLimits.countMax} labels, found ${count}` };
}

/** Parses `KEY=VALUE`, as command lines and queries have it; null when it is not of that form. */
export function parseLabelText(text: string): readonly [key: string, value: string] | null {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) return null;
  return [text.slice(0, at), text.slice(at + 1)];
}

function toLabelText(value: Json): string | null {
  if (typeof value === 'string') return value;
  const isScalar = typeof value === 'number' || typeof value === 'boolean' || isExactNumber(value);
  return isScalar ? String(value) : null;
}

function findValueProblem(text: string): string | null {
  if (text.length > labelLimits.valueCharsMax) {
    return `expected at most ${labelLimits.valueCharsMax} characters, found ${text.length}`;
  }
  if (text === '') return 'expected a text that is not empty';
  const isStorable = text.isWellFormed() && !text.includes('\0');
  return isStorable ? null : 'expected a text without U+0000 and without lone surrogates';
}

function describe(value: Json | undefined): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}
