/** Operations on limits. */
import * as z from 'zod';
import type { Operation } from './operation.ts';
import { count, exactly, nonEmptyText } from './shapes.ts';

const limit = exactly({
  kind: z.enum(['machine', 'handler']),
  name: nonEmptyText.meta({
    description: "The machine's id, the handler's name, or the type of custom tasks.",
  }),
  limit: nonEmptyText.meta({ description: 'Such as `concurrency per $.customer`.' }),
  concurrency: count
    .nullable()
    .meta({ description: 'Null for a rate, and for a limit that the configuration has no more.' }),
  rate: z.string().nullable().meta({ description: 'Such as `50/s`; null for a concurrency.' }),
  inUse: count,
  waiting: count,
  oldestMs: z
    .number()
    .nullable()
    .meta({ description: 'How long the first has waited; null when none waits.' }),
  keys: z
    .array(exactly({ key: z.string(), inUse: count, waiting: count }))
    .readonly()
    .meta({ description: 'The keys with the most waiting, then with the most in use.' }),
});

/** Lists limits. */
export const limitOperations = {
  listLimits: {
    needs: 'read',
    method: 'GET',
    path: '/v1/limits',
    summary: 'Lists the limits of machines and handlers, with what is in use and what waits',
    query: exactly({ keys: z.coerce.number().int().min(0).max(100).default(10) }),
    reply: exactly({ limits: z.array(limit).readonly(), countedUpTo: count }),
  },
} as const satisfies Record<string, Operation>;
