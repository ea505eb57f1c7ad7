/**
 * Locates the syntax error in a text that `JSON.parse` has rejected. The messages of the runtime
 * only sometimes have the position and what was expected there.
 */
import { valueDepthMax } from './json-depth.ts';

/** The position where a text stops being valid JSON, and what was expected there. */
export interface JsonSyntaxError {
  readonly offset: number;
  readonly expected: string;
}

/** Returns the first syntax error of `text`, or undefined when it is valid JSON. */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  try {
    const end = skipSpace(text, skipValue(text, skipSpace(text, 0), 0));
    return end === text.length ? undefined : { offset: end, expected: 'the end of the document' };
  } catch (error) {
    if (error instanceof UnexpectedText) return { offset: error.offset, expected: error.expected };
    throw error;
  }
}

class UnexpectedText extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

function skipValue(text: string, at: number, depth: number): number {
  if (depth > valueDepthMax)
    throw new UnexpectedText(at, `at most ${valueDepthMax} levels of nesting`);
  const first = text.charAt(at);
  if (first === '{') return skipObject(text, at, depth);
  if (first === '[') return skipArray(text, at, depth);
  if (first === '"') return skipString(text, at);
  for (const word of ['true', 'false', 'null']) {
    if (text.startsWith(word, at)) return at + word.length;
  }
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  number.lastIndex = at;
  if (!number.test(text)) throw new UnexpectedText(at, 'a JSON value');
  return number.lastIndex;
}

function skipObject(text: string, start: number, depth: number): number {
  let at = skipSpace(text, start + 1);
  if (text.charAt(at) === '}') return at + 1;
  for (;;) {
    if (text.charAt(at) !== '"') throw new UnexpectedText(at, 'a key in double quotes');
    at = skipSpace(text, skipString(text, at));
    if (text.charAt(at) !== ':') throw new UnexpectedText(at, "':'");
    at = skipSpace(text, skipValue(text, skipSpace(text, at + 1), depth + 1));
    if (text.charAt(at) === '}') return at + 1;
    if (text.charAt(at) !== ',') throw new UnexpectedText(at, "',' or '}'");
    at = skipSpace(text, at + 1);
  }
}

function skipArray(text: string, start: number, depth: number): number {
  let at = skipSpace(text, start + 1);
  if (text.charAt(at) === ']') return at + 1;
  for (;;) {
    at = skipSpace(text, skipValue(text, at, depth + 1));
    if (text.charAt(at) === ']') return at + 1;
    if (text.charAt(at) !== ',') throw new UnexpectedText(at, "',' or ']'");
    at = skipSpace(text, at + 1);
  }
}

function skipString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character < ' ')
      throw new UnexpectedText(at, 'no line break or control character in a string');
    if (character !== '\\') continue;
    at += 1;
    if (/^u[0-9a-fA-F]{4}/.test(text.slice(at, at + 5))) at += 4;
    else if (!/^["\\/bfnrt]/.test(text.charAt(at)))
      throw new UnexpectedText(at, 'a JSON escape sequence');
  }
  throw new UnexpectedText(text.length, 'the closing double quote');
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (/^[ \t\r\n]/.test(text.charAt(at))) at += 1;
  return at;
}
