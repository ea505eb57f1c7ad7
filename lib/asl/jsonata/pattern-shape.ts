/** The parts of a regular expression that decide how much work its matches can be. */
export interface PatternShape {
  /** Number of repetitions, `*`, `+` and `{…}`. */
  readonly loops: number;
  /** Number of optional parts and alternatives. */
  readonly choices: number;
  /** Whether a part that is repeated has a repetition or a choice inside. */
  readonly isNested: boolean;
  readonly hasBackReferences: boolean;
  /**
   * Whether a search may read much more text than it matches: a repetition is inside of a part that
   * may be left out, repeated, or replaced by an alternative.
   */
  readonly readsBeyondMatch: boolean;
}

interface Group {
  hasLoop: boolean;
  hasChoice: boolean;
}

const plain: Readonly<Group> = Object.freeze({ hasLoop: false, hasChoice: false });

/** Scans a pattern whose syntax is valid. */
export function analyzePattern(source: string): PatternShape {
  const groups: Group[] = [{ ...plain }];
  const shape = {
    loops: 0,
    choices: 0,
    isNested: false,
    hasBackReferences: false,
    readsBeyondMatch: false,
  };
  // The part before the cursor, which a quantifier repeats.
  let closed: Readonly<Group> = plain;
  for (let index = 0; index < source.length; index += 1) {
    const rest = source.slice(index, index + 24);
    const group = groups.at(-1) ?? { ...plain };
    const quantifier = /^(?:[*+?]|\{\d+,?\d*\})\??/.exec(rest)?.[0];
    if (quantifier !== undefined) {
      const isLoop = !quantifier.startsWith('?');
      if (isLoop) shape.loops += 1;
      else shape.choices += 1;
      shape.isNested ||= isLoop && (closed.hasLoop || closed.hasChoice);
      shape.readsBeyondMatch ||= closed.hasLoop;
      group.hasLoop ||= isLoop;
      group.hasChoice ||= !isLoop;
      index += quantifier.length - 1;
      closed = plain;
    } else if (rest.startsWith('(')) {
      groups.push({ ...plain });
      index += /^\(\?(?:<?[=!]|:|<[^>]*>)/.exec(rest)?.[0].slice(1).length ?? 0;
    } else if (rest.startsWith(')')) {
      closed = groups.pop() ?? plain;
      const outer = groups.at(-1);
      if (outer !== undefined) {
        outer.hasLoop ||= closed.hasLoop;
        outer.hasChoice ||= closed.hasChoice;
      }
    } else if (rest.startsWith('|')) {
      shape.choices += 1;
      group.hasChoice = true;
      closed = plain;
    } else {
      shape.hasBackReferences ||= /^\\(?:[1-9]|k<)/.test(rest);
      index = endOfAtom(source, index);
      closed = plain;
    }
  }
  // Alternatives anywhere may replace what was matched by a repetition that ends later.
  shape.readsBeyondMatch ||= source.includes('|') && shape.loops > 0;
  return shape;
}

/** Returns the index of the last character of the class, the escape or the character at `start`. */
function endOfAtom(source: string, start: number): number {
  if (source.charAt(start) === '\\') return start + 1;
  if (source.charAt(start) !== '[') return start;
  let index = start + 1;
  while (index < source.length && source.charAt(index) !== ']') {
    index += source.charAt(index) === '\\' ? 2 : 1;
  }
  return index;
}
