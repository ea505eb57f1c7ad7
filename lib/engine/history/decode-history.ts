import { assert, MillraceError } from '../../errors.ts';
import type { HistoryEvent } from '../history-event.ts';
import { compactMark, compactVersion } from './encode-history.ts';
import { detailsKeyOf, fieldOfCode, typeOfCode, wholeEvent } from './history-codes.ts';

/**
 * Returns the events of a text that a store has kept: the compact form of {@link encodeHistory}, or
 * the JSON array that earlier releases wrote.
 * @throws STORE_FAILED when the text is in a form of a later release
 */
export function decodeHistory(text: string): HistoryEvent[] {
  if (!text.startsWith(compactMark)) return JSON.parse(text) as HistoryEvent[];
  const { words, strings } = split(text);
  const [version = '', , firstId, firstAt = '', ...encoded] = words;
  if (version !== `${compactMark}${compactVersion}`) throw unknownForm(version);
  const reader = new EventReader(strings, Number(firstId), Number.parseInt(firstAt, 36));
  return encoded.map((word) => reader.read(word));
}

/** Returns the number of events in a text, without decoding it. */
export function countHistory(text: string): number {
  if (!text.startsWith(compactMark)) {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.length : 0;
  }
  return Number(text.slice(0, 24).split(' ', 2)[1]);
}

function unknownForm(version: string): MillraceError {
  const found = version.slice(compactMark.length, 8);
  return new MillraceError(
    'STORE_FAILED',
    `expected a history in the form ${compactVersion}, found one in the form ${found}: a newer ` +
      'Millrace has recorded it. Upgrade this one.',
    { fields: { found, known: compactVersion } },
  );
}

/** Splits a text into its words and its strings. */
function split(text: string): { readonly words: string[]; readonly strings: string[] } {
  const count = countHistory(text);
  const words: string[] = [];
  let from = 0;
  const take = (): string => {
    const end = text.indexOf(' ', from);
    assert(end >= from, 'a compact history is complete');
    const word = text.slice(from, end);
    from = end + 1;
    return word;
  };
  for (let index = 0; index < 4 + count; index += 1) words.push(take());
  const lengths = take();
  const strings = (lengths === '' ? [] : lengths.split(',')).map((length) => {
    const start = from;
    from += Number(length);
    return text.slice(start, from);
  });
  assert(from === text.length, 'a compact history has exactly its strings');
  return { words, strings };
}

/** Reads the words of events, in their order. */
class EventReader {
  readonly #strings: readonly string[];
  #nextString = 0;
  #nextId: number;
  #at: number;
  #word = '';
  #position = 0;

  constructor(strings: readonly string[], firstId: number, firstAt: number) {
    this.#strings = strings;
    this.#nextId = firstId;
    this.#at = firstAt;
  }

  /** Returns the event of the next word. */
  read(word: string): HistoryEvent {
    this.#word = word;
    this.#position = 0;
    const code = this.#take();
    if (code === wholeEvent) return JSON.parse(this.#readString()) as HistoryEvent;
    const type = typeOfCode(code);
    assert(type !== undefined, `a history's event has a known type, not the code '${code}'`);
    const id = this.#skip('>') ? this.#readInteger() : this.#nextId;
    const previousEventId = this.#skip('<') ? this.#readInteger() : id - 1;
    if (this.#skip('+')) this.#at += this.#readInteger();
    else if (this.#peek() === '-') this.#at += this.#readInteger();
    this.#nextId = id + 1;
    const event = { type, id, previousEventId, timestamp: this.#at };
    if (this.#position === word.length) return event;
    return { ...event, [detailsKeyOf(type)]: this.#readDetails() };
  }

  #readDetails(): Readonly<Record<string, unknown>> {
    const details: Record<string, unknown> = {};
    if (this.#skip(':')) return details;
    while (this.#position < this.#word.length) {
      const code = this.#take();
      const field = fieldOfCode(code);
      assert(field !== undefined, `a history's event has known fields, not the code '${code}'`);
      details[field] = this.#readValue();
    }
    return details;
  }

  #readValue(): unknown {
    if (this.#skip('~')) return { truncated: false };
    if (this.#skip('^')) return { truncated: true };
    if (this.#skip('#')) return this.#readInteger();
    return this.#skip('@') ? JSON.parse(this.#readString()) : this.#readString();
  }

  #readString(): string {
    const index = this.#skip('*') ? this.#nextString++ : this.#readInteger();
    const text = this.#strings[index];
    assert(text !== undefined, `a compact history has the string ${index}`);
    return text;
  }

  #readInteger(): number {
    const start = this.#position;
    if (this.#peek() === '-') this.#position += 1;
    while (isDigit(this.#word.charCodeAt(this.#position))) this.#position += 1;
    return Number(this.#word.slice(start, this.#position));
  }

  #peek(): string {
    return this.#word.charAt(this.#position);
  }

  #take(): string {
    return this.#word.charAt(this.#position++);
  }

  #skip(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#position += 1;
    return true;
  }
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
