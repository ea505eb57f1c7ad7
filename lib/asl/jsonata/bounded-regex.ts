/**
 * Regular expressions of JSONata, bounded in time. The engine of JavaScript backtracks over
 * unbounded repetitions, so a pattern must not nest them, and the more of them it has, the shorter
 * the text must be.
 */
import { JsonataError } from './meter.ts';

/** Maximum number of character comparisons of one match in the worst case; Millrace's own limit. */
const comparisonsMax = 1e8;

/** Returns what a valid pattern would be if `source` is not one; otherwise undefined. */
export function findPatternProblem(source: string): string | undefined {
  const { backReferences, nested } = analyzeRepetitions(source);
  if (backReferences) return 'a pattern without back-references';
  if (nested) return 'a pattern without nested repetitions such as (a+)+';
  return undefined;
}

/** The `RegExp` that JSONata uses. `exec` rejects a text that could take too long to match. */
export class BoundedRegex {
  readonly #pattern: RegExp;
  readonly #textLengthMax: number;

  constructor(pattern: RegExp) {
    this.#pattern = new RegExp(pattern.source, pattern.flags);
    const { count } = analyzeRepetitions(pattern.source);
    this.#textLengthMax = Math.floor(comparisonsMax ** (1 / (count + 1)));
  }

  get lastIndex(): number {
    return this.#pattern.lastIndex;
  }

  set lastIndex(index: number) {
    this.#pattern.lastIndex = index;
  }

  exec(text: string): RegExpExecArray | null {
    if (text.length <= this.#textLengthMax) return this.#pattern.exec(text);
    throw new JsonataError(
      'U1001',
      `The pattern /${this.#pattern.source}/ takes strings of at most ${this.#textLengthMax} characters`,
    );
  }
}

interface Repetitions {
  /** Number of repetitions. */
  readonly count: number;
  readonly nested: boolean;
  readonly backReferences: boolean;
}

/** Scans the pattern. A group that has a repetition or an alternative must not be repeated. */
function analyzeRepetitions(source: string): Repetitions {
  const groups = [{ repeats: false }];
  let [count, nested, backReferences, closed] = [0, false, false, { repeats: false }];
  for (let index = 0; index < source.length; index++) {
    const rest = source.slice(index, index + 24);
    const quantifier = /^(?:[*+]|\{\d+,?\d*\})/.exec(rest)?.[0];
    const inner = groups.at(-1);
    if (rest.startsWith('\\')) {
      backReferences ||= /^\\(?:[1-9]|k<)/.test(rest);
      closed = { repeats: false };
      index += 1;
    } else if (rest.startsWith('[')) {
      index = endOfClass(source, index);
      closed = { repeats: false };
    } else if (rest.startsWith('(')) {
      groups.push({ repeats: false });
      if (/^\(\?[:=!<]/.test(rest)) index += 1;
    } else if (rest.startsWith(')')) {
      closed = groups.pop() ?? closed;
      if (closed.repeats && groups.at(-1) !== undefined) markOuter(groups);
    } else if (quantifier !== undefined && inner !== undefined) {
      nested ||= closed.repeats;
      count += 1;
      inner.repeats = true;
      index += quantifier.length - 1;
    } else {
      if (rest.startsWith('|') && inner !== undefined) inner.repeats = true;
      closed = { repeats: false };
    }
  }
  return { count, nested, backReferences };
}

function markOuter(groups: { repeats: boolean }[]): void {
  const outer = groups.at(-1);
  if (outer !== undefined) outer.repeats = true;
}

function endOfClass(source: string, start: number): number {
  let index = start + 1;
  while (index < source.length && source.charAt(index) !== ']') {
    index += source.charAt(index) === '\\' ? 2 : 1;
  }
  return index;
}
