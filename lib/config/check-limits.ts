/** The shape of limits in a configuration. */
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { compileKeyPath } from '../roles/limits/limit-key.ts';
import { limitsMax, parseRate } from '../roles/limits/limit-rules.ts';

const limit = z
  .strictObject({
    concurrency: z.number().int().min(1).max(100_000).optional(),
    rate: z
      .string()
      .refine((text) => parseRate(text) !== null, {
        error: 'must be a number and a time, such as 50/s, 100/min, 10/15min, 1000/h or 5000/d',
      })
      .optional(),
    per: z
      .string()
      .superRefine((text, context) => {
        const message = findPathProblem(text);
        if (message !== null) context.addIssue({ code: 'custom', message });
      })
      .optional(),
  })
  .refine(({ concurrency, rate }) => concurrency !== undefined || rate !== undefined, {
    error:
      "must have a concurrency, a rate or both, such as { concurrency: 10, per: '$.customer' }",
  });

/** The limits of a machine or a handler: one, or several that all hold. */
export const limitsShape = z.union([
  limit,
  z
    .array(limit)
    .min(1)
    .max(limitsMax)
    .superRefine((limits, context) => {
      const seen = new Set<string>();
      for (const [index, each] of limits.entries()) {
        for (const name of namesOf(each)) {
          if (seen.has(name)) {
            const message = `has a second ${name}: one of each kind and path is enough`;
            context.addIssue({ code: 'custom', path: [index], message });
          }
          seen.add(name);
        }
      }
    }),
]);

function namesOf({ concurrency, rate, per }: z.infer<typeof limit>): string[] {
  const suffix = per === undefined ? '' : ` per ${per}`;
  return [
    ...(concurrency === undefined ? [] : [`concurrency${suffix}`]),
    ...(rate === undefined ? [] : [`rate${suffix}`]),
  ];
}

function findPathProblem(text: string): string | null {
  try {
    compileKeyPath(text);
    return null;
  } catch (error) {
    return `must be a path to one value, such as $.customer: ${messageOf(error)}`;
  }
}
