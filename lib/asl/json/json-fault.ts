/**
 * Finds where a text stops being JSON. `JSON.parse` decides whether it is; this says where and what
 * was expected, which the runtime's own messages do only sometimes.
 */
import { valueDepthMax } from './json-depth.ts';

/** Where a text stops being JSON, and what would have gone on. */
export interface JsonFault {
  readonly offset: number;
  readonly expected: string;
}

/** The first fault of `text`, or undefined when there is none. */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    const end = passSpace(text, passValue(text, passSpace(text, 0), 0));
    return end === text.length ? undefined : { offset: end, expected: 'the end of the document' };
  } catch (fault) {
    if (fault instanceof Fault) return { offset: fault.offset, expected: fault.expected };
    throw fault;
  }
}

class Fault extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

function passValue(text: string, at: number, depth: number): number {
  if (depth > valueDepthMax) throw new Fault(at, `at most ${valueDepthMax} levels of nesting`);
  const first = text.charAt(at);
  if (first === '{') return passObject(text, at, depth);
  if (first === '[') return passArray(text, at, depth);
  if (first === '"') return passString(text, at);
  for (const word of ['true', 'false', 'null']) {
    if (text.startsWith(word, at)) return at + word.length;
  }
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  number.lastIndex = at;
  if (!number.test(text)) throw new Fault(at, 'a JSON value');
  return number.lastIndex;
}

function passObject(text: string, start: number, depth: number): number {
  let at = passSpace(text, start + 1);
  if (text.charAt(at) === '}') return at + 1;
  for (;;) {
    if (text.charAt(at) !== '"') throw new Fault(at, 'a key in double quotes');
    at = passSpace(text, passString(text, at));
    if (text.charAt(at) !== ':') throw new Fault(at, "':'");
    at = passSpace(text, passValue(text, passSpace(text, at + 1), depth + 1));
    if (text.charAt(at) === '}') return at + 1;
    if (text.charAt(at) !== ',') throw new Fault(at, "',' or '}'");
    at = passSpace(text, at + 1);
  }
}

function passArray(text: string, start: number, depth: number): number {
  let at = passSpace(text, start + 1);
  if (text.charAt(at) === ']') return at + 1;
  for (;;) {
    at = passSpace(text, passValue(text, at, depth + 1));
    if (text.charAt(at) === ']') return at + 1;
    if (text.charAt(at) !== ',') throw new Fault(at, "',' or ']'");
    at = passSpace(text, at + 1);
  }
}

function passString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character < ' ') throw new Fault(at, 'no line break or control character in a string');
    if (character !== '\\') continue;
    at += 1;
    if (/^u[0-9a-fA-F]{4}/.test(text.slice(at, at + 5))) at += 4;
    else if (!/^["\\/bfnrt]/.test(text.charAt(at))) throw new Fault(at, 'an escape of JSON');
  }
  throw new Fault(text.length, 'the closing double quote');
}

function passSpace(text: string, start: number): number {
  let at = start;
  while (/^[ \t\r\n]/.test(text.charAt(at))) at += 1;
  return at;
}
