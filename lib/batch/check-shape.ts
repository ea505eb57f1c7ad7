/**
 * Checks documents that people write against a schema, and tells every fault at once, with its
 * place.
 */
import * as z from 'zod';
import { MillraceError } from '../errors.ts';

/**
 * `value` as the schema has it, defaults filled in; throws `INVALID_ARGUMENT`. @param what for the
 * message
 */
export function checkShape<Shape extends z.ZodType>(
  schema: Shape,
  value: unknown,
  what: string,
): z.output<Shape> {
  const parsed = z.safeParse(schema, value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message, input }) =>
      `${[what, ...path.map(String)].join('.')}: ${message}${found(input)}`,
  );
  throw new MillraceError('INVALID_ARGUMENT', faults.join('; '));
}

/** Small values only: a document could be large, or hold what should not be shown. */
function found(input: unknown): string {
  if (typeof input === 'string') return `, found ${JSON.stringify(input.slice(0, 80))}`;
  return typeof input === 'number' || typeof input === 'boolean' ? `, found ${input}` : '';
}
