/** What a filter of a list is, and how it reads. Pure. */

import { visibleText } from '../../text/visible-text.ts';
import { formatAbsolute } from '../../time/format-time.ts';
import { statusLook } from '../status-look.ts';

/** The value of a filter in the address. */
export type FilterValue = string | number | readonly string[] | null | undefined;

/** A filter of a list. */
export interface Filter {
  /** Its parameter in the address. */
  readonly key: string;
  readonly word: string;
  /** How it is entered: several of some words, one of them, a text, or a time. */
  readonly kind: 'words' | 'word' | 'text' | 'time';
  readonly words?: readonly string[];
  readonly hint?: string;
}

/** Whether a filter holds. */
export function isSet(value: FilterValue): boolean {
  if (value === null || value === undefined || value === '') return false;
  return typeof value !== 'object' || value.length > 0;
}

/** Returns the value of a filter as people read it. */
export function filterText({ kind }: Filter, value: FilterValue, zone: string): string {
  if (!isSet(value)) return '…';
  if (kind === 'time' && typeof value === 'number') return formatAbsolute(value, zone);
  const words = typeof value === 'object' && value !== null ? value : [String(value)];
  if (kind === 'text') return visibleText(words.join(', '));
  return words.map((word) => statusLook(word).word).join(', ');
}

/** Returns all filters that hold in one sentence: `status: Failed · queue: low`. */
export function filtersText(
  filters: readonly Filter[],
  values: Readonly<Record<string, FilterValue>>,
  zone: string,
): string {
  return filters
    .filter(({ key }) => isSet(values[key]))
    .map((filter) => `${filter.word}: ${filterText(filter, values[filter.key], zone)}`)
    .join(' · ');
}
