import * as z from 'zod';
import { MillraceError } from './errors.ts';

/**
 * Checks a document that a user wrote, and returns it with the schema's defaults filled in. Throws
 * `INVALID_ARGUMENT` that lists every problem with its place.
 *
 * @param what the document's name in the message
 */
export function checkShape<Shape extends z.ZodType>(
  schema: Shape,
  value: unknown,
  what: string,
): z.output<Shape> {
  const parsed = z.safeParse(schema, value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message, input }) =>
      `${[what, ...path.map(String)].join('.')}: ${message}${found(input)}`,
  );
  throw new MillraceError('INVALID_ARGUMENT', problems.join('; '));
}

/** Shows small values only: a document may be large, or hold secrets. */
function found(input: unknown): string {
  if (typeof input === 'string') return `, found ${JSON.stringify(input.slice(0, 80))}`;
  return typeof input === 'number' || typeof input === 'boolean' ? `, found ${input}` : '';
}
