/** JSON of a request, its whole numbers kept exact. */
import { ServiceError } from './service-error.ts';

/** A `longValue` is read as a bigint when it is a whole number, all else as JSON.parse does. */
export function readJson(text: string): unknown {
  const exact = (key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source ?? '';
    return key === 'longValue' && /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  try {
    return JSON.parse(text, exact);
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON');
  }
}
