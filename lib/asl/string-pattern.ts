/** Patterns of `StringMatches`: `*` matches any characters, `\*` and `\\` match `*` and `\`. */

import { linearSearchMax, searchWork } from './budget.ts';

/**
 * Compiles `pattern` to a matcher that takes time linear in the text, for every pattern: the pieces
 * between the stars are searched one after the other, each for its first occurrence, with
 * Knuth–Morris–Pratt.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const pieces = splitAtStars(pattern);
  const [head = '', ...rest] = pieces;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  const finders = rest.filter((piece) => piece !== '').map(createFinder);
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let position = head.length;
    for (const find of finders) {
      position = find(text, position, end);
      if (position < 0) return false;
    }
    return true;
  };
}

function splitAtStars(pattern: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (character === '*') {
      pieces.push(piece);
      piece = '';
    } else if (character === '\\' && (next === '*' || next === '\\')) {
      piece += next;
      at += 1;
    } else {
      piece += character;
    }
  }
  return [...pieces, piece];
}

/** Whether `text` contains `piece`, in time linear in both. */
export function containsText(text: string, piece: string): boolean {
  if (piece.length <= linearSearchMax) return text.includes(piece);
  return createFinder(piece)(text, 0, text.length) >= 0;
}

/** Returns the work of {@link containsText}. */
export function containsTextWork(text: string, piece: string): number {
  const { length } = piece;
  return length <= linearSearchMax ? searchWork(text.length, length) : text.length + length;
}

/** Creates a search for `piece` between `start` and `end`: the position after it, or -1. */
function createFinder(piece: string): (text: string, start: number, end: number) => number {
  const fallback = createFallbackTable(piece);
  return (text, start, end) => {
    let matched = 0;
    for (let at = start; at < end; at += 1) {
      matched = advance(piece, fallback, matched, text.charCodeAt(at));
      if (matched === piece.length) return at + 1;
    }
    return -1;
  };
}

/** For each matched length: the longest shorter match to continue with after a mismatch. */
function createFallbackTable(piece: string): Int32Array {
  const fallback = new Int32Array(piece.length + 1);
  let matched = 0;
  for (let at = 1; at < piece.length; at += 1) {
    matched = advance(piece, fallback, matched, piece.charCodeAt(at));
    fallback[at + 1] = matched;
  }
  return fallback;
}

function advance(piece: string, fallback: Int32Array, from: number, code: number): number {
  let matched = from;
  while (matched > 0 && piece.charCodeAt(matched) !== code) matched = fallback[matched] ?? 0;
  return piece.charCodeAt(matched) === code ? matched + 1 : 0;
}
