import { DataApiError } from './data-api-error.ts';

/** Parses JSON; a `longValue` that is a whole number becomes a bigint, so that it stays exact. */
export function readJson(text: string): unknown {
  const exact = (key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source ?? '';
    return key === 'longValue' && /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  try {
    return JSON.parse(text, exact);
  } catch {
    throw new DataApiError('SerializationException', 'The body is not JSON');
  }
}
