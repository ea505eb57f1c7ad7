/** Values of a page in the query of its address: each is checked, a wrong one is named. Pure. */

/** What a text of the query means: a value, or why it means nothing. */
export type Decoded<Value> = { readonly value: Value } | { readonly fault: string };

/** Reads and writes one parameter of the query. */
export interface Codec<Value> {
  /** The value without the parameter. */
  readonly usual: Value;
  decode(text: string): Decoded<Value>;
  /** Returns the text of a value; null leaves the parameter out. */
  encode(value: Value): string | null;
}

/** A free text. */
export const text: Codec<string> = {
  usual: '',
  decode: (found) => ({ value: found }),
  encode: (value) => (value === '' ? null : value),
};

/** One of some words. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  usual: NoInfer<Word>,
): Codec<Word> {
  return {
    usual,
    decode(found) {
      const word = words.find((each) => each === found);
      return word === undefined
        ? { fault: `expected one of ${words.join(', ')}; found ${quote(found)}` }
        : { value: word };
    },
    encode: (value) => (value === usual ? null : value),
  };
}

/** Several of some words, in the order of the words. */
export function someOf<const Word extends string>(
  words: readonly Word[],
  usual: readonly NoInfer<Word>[] = [],
): Codec<readonly Word[]> {
  return {
    usual,
    decode(found) {
      const wanted = found === '' ? [] : found.split(',');
      const wrong = wanted.find((each) => !words.some((word) => word === each));
      if (wrong === undefined) return { value: words.filter((word) => wanted.includes(word)) };
      return { fault: `expected some of ${words.join(', ')}; found ${quote(wrong)}` };
    },
    // An explicit empty choice differs from the usual one.
    encode: (value) => (value.join() === usual.join() ? null : value.join(',')),
  };
}

/** A whole number in a range; null when it is not given. */
export function wholeNumber(min: number, max: number): Codec<number | null> {
  return {
    usual: null,
    decode(found) {
      const value = Number(found);
      return /^\d{1,15}$/.test(found) && value >= min && value <= max
        ? { value }
        : { fault: `expected a whole number from ${min} to ${max}; found ${quote(found)}` };
    },
    encode: (value) => (value === null ? null : String(value)),
  };
}

/** Whether something is on. */
export const flag: Codec<boolean> = {
  usual: false,
  decode: (found) =>
    found === '1' || found === '0'
      ? { value: found === '1' }
      : { fault: `expected 1 or 0; found ${quote(found)}` },
  encode: (value) => (value ? '1' : null),
};

/** A time, in milliseconds since 1970; null for none. A link means the same in every zone. */
export const instant: Codec<number | null> = {
  usual: null,
  decode(found) {
    const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(
      found,
    );
    const value = isTime ? Date.parse(found) : Number.NaN;
    return Number.isNaN(value)
      ? { fault: `expected a time such as 2026-11-24T08:30:00Z; found ${quote(found)}` }
      : { value };
  },
  encode: (value) => isoOf(value) ?? null,
};

/** Returns a time as the API and addresses take it; undefined for none. */
export function isoOf(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
}

function quote(found: string): string {
  return JSON.stringify(found.slice(0, 60));
}
