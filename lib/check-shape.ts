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
  throw new MillraceError('INVALID_ARGUMENT', firstOf(problems).join('; '));
}

/** Maximum number of entries of a list in a message: a document may have any number of faults. */
const listedMax = 20;

/** Returns the first entries of a list for a message, and how many more there are. */
export function firstOf(entries: readonly string[]): string[] {
  const more = entries.length - listedMax;
  return more <= 0 ? [...entries] : [...entries.slice(0, listedMax), `and ${more} more`];
}

/** Shows small values only: a document may be large, or hold secrets. */
function found(input: unknown): string {
  if (typeof input === 'string') return `, found ${JSON.stringify(input.slice(0, 80))}`;
  return typeof input === 'number' || typeof input === 'boolean' ? `, found ${input}` : '';
}
