import { skipScalar, skipSpace, skipString, skipValue } from '../json/skip-json.ts';
import { followPaths, type PathProgress, startPaths } from './path-matches.ts';
import type { RedactionRules } from './redaction-rules.ts';

/** What stands in place of a masked value, as JSON text. */
export const redactionMask = '"[redacted]"';

/**
 * Masks values in a JSON text and keeps everything else letter for letter: numbers, escapes, white
 * space. Returns the same text when nothing is masked, and null when the text is not JSON. Takes
 * any depth of nesting, in one pass.
 * @param redactString called with each string that may contain JSON of its own; what it returns
 * takes the string's place. @default such strings are kept
 */
export function redactJson(
  text: string,
  rules: RedactionRules,
  redactString: (text: string) => string = (text) => text,
): string | null {
  return new JsonMasker(text, rules, redactString).run();
}

/** An array or object around the current value. */
interface Container {
  readonly isArray: boolean;
  readonly progress: PathProgress;
  /** Number of elements so far. */
  count: number;
}

/** What follows in a text. */
type Expected = 'value' | 'member' | 'after' | 'end';

class JsonMasker {
  readonly #text: string;
  readonly #rules: RedactionRules;
  readonly #redactString: (text: string) => string;
  readonly #open: Container[] = [];
  readonly #kept: string[] = [];
  /** End of the part of the text that is in `#kept`. */
  #keptTo = 0;
  #at = 0;
  /** The progress at the value that comes next; null when it is masked. */
  #progress: PathProgress | null;

  constructor(text: string, rules: RedactionRules, redactString: (text: string) => string) {
    this.#text = text;
    this.#rules = rules;
    this.#redactString = redactString;
    this.#progress = startPaths(rules.paths);
  }

  run(): string | null {
    for (let expected: Expected | null = 'value'; ; ) {
      this.#skipSpace();
      if (expected === 'end') {
        if (this.#at < this.#text.length) return null;
        if (this.#keptTo === 0) return this.#text;
        return this.#kept.join('') + this.#text.slice(this.#keptTo);
      }
      expected = this.#take(expected);
      if (expected === null) return null;
    }
  }

  /** Takes what is expected, and returns what follows; null for a text that is not JSON. */
  #take(expected: Exclude<Expected, 'end'>): Expected | null {
    if (expected === 'value') return this.#takeValue();
    if (expected === 'member') return this.#takeKey();
    const container = this.#open.at(-1);
    if (container === undefined) return 'end';
    const mark = this.#text.charAt(this.#at);
    this.#at += 1;
    if (mark === ',') return this.#startNext(container);
    if (mark !== (container.isArray ? ']' : '}')) return null;
    this.#open.pop();
    return 'after';
  }

  #takeValue(): Expected | null {
    const start = this.#at;
    if (this.#progress === null) {
      this.#at = skipValue(this.#text, start);
      if (this.#at < 0) return null;
      this.#replace(start, redactionMask);
      return 'after';
    }
    const first = this.#text.charAt(start);
    if (first === '{' || first === '[') return this.#enter(first === '[', this.#progress);
    this.#at = skipScalar(this.#text, start);
    if (this.#at < 0) return null;
    if (first === '"') this.#takeString(start);
    return 'after';
  }

  /** Masks the JSON that a string contains: only then does the string change. */
  #takeString(start: number): void {
    const raw = this.#text.slice(start, this.#at);
    if (!/[{[]/.test(raw)) return;
    const text = decodeString(raw);
    const redacted = text === null ? null : this.#redactString(text);
    if (redacted !== null && redacted !== text) this.#replace(start, JSON.stringify(redacted));
  }

  #replace(start: number, by: string): void {
    this.#kept.push(this.#text.slice(this.#keptTo, start), by);
    this.#keptTo = this.#at;
  }

  #enter(isArray: boolean, progress: PathProgress): Expected {
    const container = { isArray, progress, count: 0 };
    this.#at += 1;
    this.#skipSpace();
    if (this.#text.charAt(this.#at) === (isArray ? ']' : '}')) {
      this.#at += 1;
      return 'after';
    }
    this.#open.push(container);
    return this.#startNext(container);
  }

  /** Prepares for the next member or element of a container. */
  #startNext(container: Container): Expected {
    if (!container.isArray) return 'member';
    this.#progress = followPaths(container.progress, String(container.count));
    container.count += 1;
    return 'value';
  }

  #takeKey(): Expected | null {
    const start = this.#at;
    if (this.#text.charAt(start) !== '"') return null;
    this.#at = skipString(this.#text, start);
    if (this.#at < 0) return null;
    const key = decodeKey(this.#text.slice(start + 1, this.#at - 1));
    this.#skipSpace();
    if (this.#text.charAt(this.#at) !== ':') return null;
    this.#at += 1;
    const isSecret = this.#rules.keys?.test(key) ?? false;
    this.#progress = isSecret ? null : followPaths(this.#open.at(-1)?.progress ?? [], key);
    return 'value';
  }

  #skipSpace(): void {
    this.#at = skipSpace(this.#text, this.#at);
  }
}

/** Returns a key as its reader sees it: an escape must not hide it from the rules. */
function decodeKey(raw: string): string {
  return raw.includes('\\') ? (decodeString(`"${raw}"`) ?? raw) : raw;
}

/** Returns the text of a JSON string; null when it is not one. */
function decodeString(raw: string): string | null {
  try {
    return String(JSON.parse(raw));
  } catch {
    return null;
  }
}
