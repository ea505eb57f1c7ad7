/**
 * Regular expressions of JSONata, bounded in time. JavaScript's engine goes back over a text as
 * often as open repetitions allow, so a pattern may not nest them, and the text that it is applied
 * to may be the shorter the more of them it has.
 */
import { JsonataFault } from './meter.ts';

/** The most character tests that one match may take in the worst case (ours). */
const testsMax = 1e8;

/** Why `source` is refused as a pattern; undefined when it is not. */
export function patternProblem(source: string): string | undefined {
  const { backReferences, nested } = repetitionsIn(source);
  if (backReferences) return 'a pattern without back-references';
  if (nested) return 'a pattern whose repetitions do not stand in one another, as in (a+)+';
  return undefined;
}

/** What JSONata makes its matchers of; `exec` refuses a text that could take too long. */
export class BoundedRegex {
  readonly #pattern: RegExp;
  readonly #textMax: number;

  constructor(pattern: RegExp) {
    this.#pattern = new RegExp(pattern.source, pattern.flags);
    const { open } = repetitionsIn(pattern.source);
    this.#textMax = Math.floor(testsMax ** (1 / (open + 1)));
  }

  get lastIndex(): number {
    return this.#pattern.lastIndex;
  }

  set lastIndex(index: number) {
    this.#pattern.lastIndex = index;
  }

  exec(text: string): RegExpExecArray | null {
    if (text.length <= this.#textMax) return this.#pattern.exec(text);
    throw new JsonataFault(
      'U1001',
      `The pattern /${this.#pattern.source}/ takes texts of at most ${this.#textMax} characters`,
    );
  }
}

interface Repetitions {
  /** How many repetitions there are that may take any number of characters. */
  readonly open: number;
  readonly nested: boolean;
  readonly backReferences: boolean;
}

/** Reads over the pattern; a group that holds a repetition, or a choice, may not be repeated. */
function repetitionsIn(source: string): Repetitions {
  const groups = [{ repeats: false }];
  let [open, nested, backReferences, closed] = [0, false, false, { repeats: false }];
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
      if (closed.repeats && groups.at(-1) !== undefined) mark(groups);
    } else if (quantifier !== undefined && inner !== undefined) {
      nested ||= closed.repeats;
      open += 1;
      inner.repeats = true;
      index += quantifier.length - 1;
    } else {
      if (rest.startsWith('|') && inner !== undefined) inner.repeats = true;
      closed = { repeats: false };
    }
  }
  return { open, nested, backReferences };
}

function mark(groups: { repeats: boolean }[]): void {
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
