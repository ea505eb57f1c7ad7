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
export function formEncoded(value: Json, format: ArrayFormat): string {
  if (!isObject(value)) return encodeURIComponent(textOf(value));
  return Object.entries(value)
    .flatMap(([key, member]) => pairsOf(key, member, format))
    .join('&');
}

function pairsOf(key: string, value: Json, format: ArrayFormat): string[] {
  if (Array.isArray(value)) return listPairs(key, value, format);
  if (!isObject(value)) return [pair(key, textOf(value))];
  return Object.entries(value).flatMap(([name, member]) =>
    pairsOf(`${key}[${name}]`, member, format),
  );
}

function listPairs(key: string, list: readonly Json[], format: ArrayFormat): string[] {
  switch (format) {
    case 'INDICES':
      return list.flatMap((element, index) => pairsOf(`${key}[${index}]`, element, format));
    case 'BRACKETS':
      return list.flatMap((element) => pairsOf(`${key}[]`, element, format));
    case 'REPEAT':
      return list.flatMap((element) => pairsOf(key, element, format));
    case 'COMMAS': {
      const texts = list.map((element) => encodeURIComponent(textOf(element)));
      return [`${encodeURIComponent(key)}=${texts.join(',')}`];
    }
  }
}

function pair(key: string, text: string): string {
  return `${encodeURIComponent(key)}=${encodeURIComponent(text)}`;
}

function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
