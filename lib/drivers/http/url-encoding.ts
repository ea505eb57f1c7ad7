/** JSON as `application/x-www-form-urlencoded`, in the forms that `Transform` offers. Pure. */
import { isObject, type Json } from '../../asl/json/json.ts';

/** How the elements of a list are written. */
export const arrayFormats = ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS'] as const;

/** One of {@link arrayFormats}. */
export type ArrayFormat = (typeof arrayFormats)[number];

/** `value` as form data: members of members as `a[b]=c`, lists as `format` says. */
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
