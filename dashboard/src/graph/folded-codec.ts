/** Names of states in the address. Pure. */
import type { Codec } from '../url-state/codecs.ts';

/** A list of names, which may have commas themselves. */
export const stateNames: Codec<readonly string[]> = {
  usual: [],
  decode(found) {
    try {
      return { value: found === '' ? [] : found.split(',').map(decodeURIComponent) };
    } catch {
      return { fault: 'expected names with their commas written as %2C' };
    }
  },
  encode: (value) => (value.length === 0 ? null : value.map(encodeURIComponent).join(',')),
};
