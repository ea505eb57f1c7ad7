/**
 * The compact form in which stores keep the events of a checkpoint.
 *
 * A text of the first version is, separated by spaces:
 *
 * - `~1`, the number of events, the id of the first, and its time in base 36;
 * - one word for each event: the code of its type, what differs from the default, and its details;
 * - the lengths of the strings, separated by commas; and after one more space the strings.
 *
 * An event's id is one more than that of the event before, its previous event is that one, and its
 * time the same; `>5`, `<3` and `+12` or `-12` (milliseconds) say otherwise. Each field of the
 * details is the code of its name and a value: `*` for the next string, a number for an earlier
 * one, `#` and an integer, `~` for `{"truncated":false}`, `^` for `{"truncated":true}`, and `@`
 * and a string that is JSON. `:` stands for details without a field. An event that does not fit is
 * `!` and a string that is its JSON.
 *
 * So an input that equals the output before it is there once in a checkpoint, and no document is
 * escaped.
 */
import { type HistoryEvent, notTruncated, truncated } from '../history-event.ts';
import { codeOfField, codeOfType, detailsKeyOf, wholeEvent } from './history-codes.ts';

/** How a text in the compact form begins; every other text is a JSON array. */
export const compactMark = '~';

/** The version of the form that is written. */
export const compactVersion = 1;

/** Returns the events of one checkpoint in the form in which stores keep them. */
export function encodeHistory(events: readonly HistoryEvent[]): string {
  const strings = new StringTable();
  const first: Partial<HistoryEvent> | undefined = events[0];
  let expectedId = isCount(first?.id) ? first.id : 1;
  let at = isCount(first?.timestamp) ? first.timestamp : 0;
  let head = `${compactMark}${compactVersion} ${events.length} ${expectedId} ${at.toString(36)}`;
  for (const event of events) {
    if (fits(event)) {
      head += ` ${encodeTimeline(event, expectedId, at)}${encodeDetails(event, strings)}`;
      expectedId = event.id + 1;
      at = event.timestamp;
    } else head += ` ${wholeEvent}${strings.refer(JSON.stringify(event))}`;
  }
  return `${head} ${strings.lengths} ${strings.text}`;
}

/** Whether an event has no more than a code can say. Called for each: it allocates nothing. */
function fits(event: HistoryEvent): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { type, id, previousEventId, timestamp } = event;
  if (codeOfType(type) === undefined) return false;
  if (!isCount(id) || !isCount(previousEventId) || !isCount(timestamp)) return false;
  const detailsKey = detailsKeyOf(type);
  for (const key in event) {
    if (key === detailsKey) {
      const details: unknown = event[key];
      if (typeof details !== 'object' || details === null || Array.isArray(details)) return false;
      for (const name in details) if (codeOfField(name) === undefined) return false;
    } else if (!commonKeys.has(key)) return false;
  }
  return true;
}

const commonKeys: ReadonlySet<string> = new Set(['type', 'id', 'previousEventId', 'timestamp']);

/** Returns the code of an event's type, and where it stands. */
function encodeTimeline(event: HistoryEvent, expectedId: number, before: number): string {
  const { type, id, previousEventId, timestamp } = event;
  let word = codeOfType(type) ?? wholeEvent;
  if (id !== expectedId) word += `>${id}`;
  if (previousEventId !== id - 1) word += `<${previousEventId}`;
  if (timestamp === before) return word;
  return timestamp > before ? `${word}+${timestamp - before}` : `${word}-${before - timestamp}`;
}

function encodeDetails(event: HistoryEvent, strings: StringTable): string {
  const details: object | undefined = event[detailsKeyOf(event.type)];
  if (details === undefined) return '';
  let word = '';
  for (const name in details) {
    const value = (details as Fields)[name];
    if (value !== undefined) word += codeOfField(name) + encodeValue(value, strings);
  }
  return word === '' ? ':' : word;
}

type Fields = Readonly<Record<string, unknown>>;

function encodeValue(value: unknown, strings: StringTable): string {
  if (typeof value === 'string') return strings.referValue(value);
  if (value === notTruncated) return '~';
  if (value === truncated) return '^';
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return `#${value}`;
  const json = JSON.stringify(value);
  if (json === notTruncatedJson) return '~';
  return json === truncatedJson ? '^' : `@${strings.refer(json)}`;
}

const notTruncatedJson = JSON.stringify(notTruncated);
const truncatedJson = JSON.stringify(truncated);

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Maximum number of strings that are compared one by one, which is faster than to hash them. */
const comparedMax = 12;

/** Collects the strings of a text, each once. */
class StringTable {
  readonly #strings: string[] = [];
  #indexes: Map<string, number> | null = null;

  /** Returns how a value refers to a string; to its JSON if a database could not keep it. */
  referValue(text: string): string {
    const known = this.#find(text);
    if (known >= 0) return String(known);
    const isStorable = text.isWellFormed() && !text.includes('\0');
    return isStorable ? this.#add(text) : `@${this.refer(JSON.stringify(text))}`;
  }

  /** Returns how a value refers to a string. */
  refer(text: string): string {
    const known = this.#find(text);
    return known >= 0 ? String(known) : this.#add(text);
  }

  get lengths(): string {
    let lengths = '';
    for (const { length } of this.#strings) lengths += lengths === '' ? length : `,${length}`;
    return lengths;
  }

  get text(): string {
    return this.#strings.join('');
  }

  #find(text: string): number {
    return this.#indexes?.get(text) ?? (this.#indexes ? -1 : this.#strings.indexOf(text));
  }

  #add(text: string): string {
    const index = this.#strings.push(text) - 1;
    if (index === comparedMax) this.#indexes = new Map(this.#strings.map((each, i) => [each, i]));
    else this.#indexes?.set(text, index);
    return '*';
  }
}
