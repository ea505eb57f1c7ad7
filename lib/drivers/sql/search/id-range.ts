import { isUuid } from '../../shared/storable.ts';

/** Returns the smallest and the largest id that begin with a text; null when none can. */
export function idRange(text: string): { readonly from: string; readonly to: string } | null {
  const pattern = '00000000-0000-0000-0000-000000000000';
  const rest = pattern.slice(text.length);
  const from = text + rest;
  if (text.length < idCharsMin || text.length > pattern.length || !isUuid(from)) return null;
  return { from, to: text + rest.replaceAll('0', 'f') };
}

/** Minimum length of the beginning of an id; shorter texts are the beginnings of many. */
const idCharsMin = 8;
