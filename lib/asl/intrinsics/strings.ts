/** The intrinsic functions on strings. */
import type { Budget } from '../budget.ts';
import { isObject, type Json } from '../json/json.ts';
import { assertDepth } from '../json/json-depth.ts';
import { requireBuiltLength } from '../json/json-length.ts';
import { failIntrinsic, type IntrinsicFamily, stringArgument } from './intrinsic-function.ts';

/** `States.Format` and `States.StringSplit`. */
export const stringFunctions: IntrinsicFamily = {
  'States.Format': {
    arity: [1, Number.POSITIVE_INFINITY],
    apply: (args, { budget }) => format(stringArgument(args, 0), args.slice(1), budget),
  },
  'States.StringSplit': {
    arity: [2, 2],
    apply: (args, { budget }) => {
      const [text, delimiters] = [stringArgument(args, 0), stringArgument(args, 1)];
      budget.spend(2 * (text.length + delimiters.length));
      return split(text, delimiters);
    },
  },
};

/** Replaces each `{}` of the template in turn; `\{`, `\}`, `\'` and `\\` are escapes. */
function format(template: string, values: readonly Json[], budget: Budget): string {
  budget.spend(template.length);
  let text = '';
  let used = 0;
  for (let at = 0; at < template.length; at += 1) {
    const character = template.charAt(at);
    const next = template.charAt(at + 1);
    if (character === '{' && next === '}') {
      const value = values[used];
      const written = value === undefined ? '' : javaText(requireBuiltLength(value, budget), 0);
      budget.spendWriting(written.length);
      text += written;
      requireBuiltLength(text, budget);
      used += 1;
      at += 1;
    } else if (character === '\\' && "{}'\\".includes(next) && next !== '') {
      text += next;
      at += 1;
    } else {
      text += character;
    }
  }
  if (used === values.length) return text;
  return failIntrinsic(`The template has ${used} '{}' but ${values.length} arguments follow it.`);
}

/** Formats a value like AWS: `{a=1, b=[x, null]}`, strings without quotes. */
function javaText(value: Json, depth: number): string {
  assertDepth(depth);
  if (Array.isArray(value)) {
    return `[${value.map((item) => javaText(item, depth + 1)).join(', ')}]`;
  }
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value);
  return `{${entries.map(([key, item]) => `${key}=${javaText(item, depth + 1)}`).join(', ')}}`;
}

/** Splits at each of the characters in `delimiters` and drops empty pieces, as AWS does. */
function split(text: string, delimiters: string): string[] {
  const ends = new Set(delimiters);
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (!ends.has(character)) {
      piece += character;
    } else {
      if (piece !== '') pieces.push(piece);
      piece = '';
    }
  }
  return piece === '' ? pieces : [...pieces, piece];
}
