/**
 * Regular expressions of JSONata, whose matches are charged to the meter of their expression. RE2
 * matches in linear time. Its syntax lacks look-around, and repeat counts over 1,000: the engine of
 * JavaScript matches such patterns, on texts that are short enough for its worst case.
 */
import { RE2JS } from '#re2js';
import { JsonataError, type Meter } from './meter.ts';
import { analyzePattern, type PatternShape } from './pattern-shape.ts';

/** A match: where it begins, and its groups, of which the first is the whole match. */
interface Found {
  readonly index: number;
  readonly groups: readonly (string | undefined)[];
}

/** Finds the first match from an index; charges the meter. */
type Find = (text: string, from: number) => Found | null;

/** Maximum of the text's length times the size of the program, in one search of RE2. */
const linearWorkMax = 50_000_000;

/** Maximum number of comparisons of one match by JavaScript's engine, in the worst case. */
const comparisonsMax = 10_000_000;

/** Steps that every search costs. */
const stepsPerSearch = 2;

/** Work of RE2 that takes the time of one step: characters times instructions. */
const linearWorkPerStep = 50;

/** Comparisons of JavaScript's engine that take the time of one step. */
const comparisonsPerStep = 100;

/** A regular expression as it stands in the place of a `RegExp` in a parsed expression. */
export class MeteredPattern {
  readonly source: string;
  readonly find: Find;

  /** Throws a `JsonataError` when the pattern cannot be bounded; its message says what is valid. */
  constructor({ source, flags }: RegExp, meter: Meter) {
    this.source = source;
    const shape = analyzePattern(source);
    this.find =
      createLinearFind(source, flags, shape, meter) ??
      createBoundedFind(source, flags, shape, meter);
  }
}

/** The `RegExp` that the library creates for each evaluation of a pattern. */
export class PatternMatcher {
  lastIndex = 0;
  readonly #pattern: MeteredPattern;

  constructor(pattern: MeteredPattern) {
    this.#pattern = pattern;
  }

  /** Returns the first match from `lastIndex` as `RegExp` does, and moves `lastIndex` behind it. */
  exec(text: string): ((string | undefined)[] & { readonly index: number }) | null {
    const found = this.#pattern.find(text, this.lastIndex);
    if (found === null) {
      this.lastIndex = 0;
      return null;
    }
    const { index, groups } = found;
    this.lastIndex = index + (groups[0]?.length ?? 0);
    return Object.assign([...groups], { index });
  }
}

/** Returns undefined for a pattern that RE2 does not know. */
function createLinearFind(
  source: string,
  flags: string,
  shape: PatternShape,
  meter: Meter,
): Find | undefined {
  const pattern = compileLinear(source, flags);
  if (pattern === undefined) return undefined;
  const size = pattern.programSize();
  return (text, from) => {
    if (text.length * size > linearWorkMax) throw textTooLong(source, linearWorkMax / size);
    const matcher = pattern.matcher(text);
    const found = from <= text.length && matcher.find(from);
    const readTo = found && !shape.readsBeyondMatch ? matcher.end() : text.length;
    meter.charge(stepsPerSearch + ((readTo - from) * size) / linearWorkPerStep);
    if (!found) return null;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => {
      return matcher.group(group) ?? undefined;
    });
    return { index: matcher.start(), groups };
  };
}

function compileLinear(source: string, flags: string): RE2JS | undefined {
  const ignoresCase = flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0;
  const isMultiline = flags.includes('m') ? RE2JS.MULTILINE : 0;
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source), ignoresCase | isMultiline);
  } catch {
    return undefined; // not the syntax of RE2: the engine of JavaScript has parsed it before
  }
}

function createBoundedFind(
  source: string,
  flags: string,
  { loops, choices, isNested, hasBackReferences }: PatternShape,
  meter: Meter,
): Find {
  if (hasBackReferences) throw unsupported('a pattern without back-references');
  if (isNested) throw unsupported('a pattern without nested repetitions such as (a+)+');
  const textLengthMax = Math.floor((comparisonsMax / 2 ** choices) ** (1 / (loops + 1)));
  if (textLengthMax < 1) throw unsupported('a pattern with fewer alternatives and repetitions');
  const pattern = new RegExp(source, flags);
  return (text, from) => {
    if (text.length > textLengthMax) throw textTooLong(source, textLengthMax);
    meter.charge(stepsPerSearch + (text.length ** (loops + 1) * 2 ** choices) / comparisonsPerStep);
    pattern.lastIndex = from;
    const found = pattern.exec(text);
    return found === null ? null : { index: found.index, groups: [...found] };
  };
}

function unsupported(expected: string): JsonataError {
  return new JsonataError('S0302', expected);
}

function textTooLong(source: string, lengthMax: number): JsonataError {
  const shown = source.length > 100 ? `${source.slice(0, 100)}…` : source;
  return new JsonataError(
    'U1001',
    `The pattern /${shown}/ takes strings of at most ${Math.floor(lengthMax)} characters`,
  );
}
