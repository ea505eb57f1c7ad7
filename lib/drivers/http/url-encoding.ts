/** URL encoding of JSON, as `Transform` of `http:invoke` defines it. Pure. */
import { isObject, type Json } from '../../asl/json/json.ts';

/** Formats of list elements, as `Transform` names them. */
export const arrayFormats = ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS'] as const;

/** One of {@link arrayFormats}. */
export type ArrayFormat = (typeof arrayFormats)[number];

/**
 * Encodes JSON as `application/x-www-form-urlencoded`: nested members as `a[b]=c`, lists in
 * `format`.
 */
export function encodeForm(value: Json, format: ArrayFormat): string {
  if (!isObject(value)) return encodeURIComponent(toText(value));
  return Object.entries(value)
    .flatMap(([key, member]) => toPairs(key, member, format))
    .join('&');
}

function toPairs(key: string, value: Json, format: ArrayFormat): string[] {
  if (Array.isArray(value)) return toListPairs(key, value, format);
  if (!isObject(value)) return [toPair(key, toText(value))];
  return Object.entries(value).flatMap(([name, member]) =>
    toPairs(`${key}[${name}]`, member, format),
  );
}

function toListPairs(key: string, list: readonly Json[], format: ArrayFormat): string[] {
  switch (format) {
    case 'INDICES':
      return list.flatMap((element, index) => toPairs(`${key}[${index}]`, element, format));
    case 'BRACKETS':
      return list.flatMap((element) => toPairs(`${key}[]`, element, format));
    case 'REPEAT':
      return list.flatMap((element) => toPairs(key, element, format));
    case 'COMMAS': {
      const texts = list.map((element) => encodeURIComponent(toText(element)));
      return [`${encodeURIComponent(key)}=${texts.join(',')}`];
    }
  }
}

function toPair(key: string, text: string): string {
  return `${encodeURIComponent(key)}=${encodeURIComponent(text)}`;
}

function toText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
