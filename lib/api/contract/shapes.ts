/**
 * The shapes that several operations share: texts, moments, pages, executions. What a shape
 * refuses, it refuses with what it expects.
 */
import * as z from 'zod';
import type { Json } from '../../asl/json/json.ts';
import { executionStatuses } from '../../engine/status.ts';

/** How a shape looks on the wire, where that is not what it is read to. */
export const wireShapes = z.registry<Readonly<Record<string, unknown>>>();

/** An object that has these keys and no other. */
export function exactly<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const found = issue.keys.map((key) => JSON.stringify(key.slice(0, 80))).join(', ');
      return known === '' ? `takes nothing, found ${found}` : `takes ${known}; found ${found}`;
    },
  });
}

/** Any JSON value: it is data, and passed on as it is. */
export const json = z.custom<Json>((value) => value !== undefined, 'expected a JSON value');

/** What databases cannot keep as a text: U+0000, and halves of characters. */
export function textFault(found: string): string | null {
  return found.isWellFormed() && !found.includes('\u0000')
    ? null
    : 'expected a text without U+0000 and without halves of characters';
}

/** A text with something in it, such as a name or an id. */
export const text = z
  .string()
  .min(1)
  .check(({ value, issues }) => {
    const message = textFault(value);
    if (message !== null) issues.push({ code: 'custom', message, input: value });
  });

/** An amount of milliseconds, or a count. */
export const count = z.int().min(0);

/** A moment in a reply: milliseconds since 1970. */
export const at = z.number().meta({ description: 'Milliseconds since 1970.' });

/** A whole number behind `?`. @param usual told as the default */
export function queryNumber(min: number, max: number, usual?: number) {
  const shape = z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
  const told = usual === undefined ? {} : { default: usual };
  wireShapes.add(shape, { type: 'integer', minimum: min, maximum: max, ...told });
  return shape;
}

/** A date (midnight UTC), or a date and a time with its zone. */
const momentText = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'expected a time such as 2026-11-24 or 2026-11-24T08:30:00Z',
});

const momentWire = {
  type: 'string',
  description: 'A time such as 2026-11-24 (midnight UTC) or 2026-11-24T08:30:00Z.',
};

/** A moment behind `?`, as milliseconds since 1970. */
export const queryMoment = momentText.transform((told) => Date.parse(told));
wireShapes.add(queryMoment, momentWire);

/** A moment in a body, as milliseconds since 1970. */
export const moment = z
  .union([z.int(), momentText], {
    error: 'expected milliseconds since 1970, or a time such as 2026-11-24T08:30:00Z',
  })
  .transform((told) => (typeof told === 'number' ? told : Date.parse(told)));
wireShapes.add(moment, {
  anyOf: [{ type: 'integer', description: 'Milliseconds since 1970.' }, momentWire],
});

/** The query of a list: which page of it. */
export const pageQuery = {
  limit: queryNumber(1, 1_000, 20).default(20),
  cursor: text.exactOptional(),
};

/** The reply of a list: its entries under `key`, and the cursor of the next page. */
export function pageReply<const Key extends string, Entry extends z.ZodType>(
  key: Key,
  entry: Entry,
) {
  const entries = { [key]: z.array(entry).readonly() } as {
    [Name in Key]: z.ZodReadonly<z.ZodArray<Entry>>;
  };
  return exactly({ ...entries, next });
}

/** Where the next page begins. */
export const next = z
  .string()
  .nullable()
  .meta({ description: 'The cursor of the next page; null on the last.' });

/** The word of an execution's status. */
export const executionStatus = z.enum(executionStatuses);

/** An execution in a list, documents left out. */
export const executionSummary = {
  id: text,
  machineId: text,
  machineVersion: z.int(),
  name: text,
  status: executionStatus,
  queue: text,
  batchId: z.string().nullable(),
  batchIndex: z.int().nullable(),
  attempts: count.meta({ description: 'Times that its work ran and failed.' }),
  stalls: count.meta({ description: 'Times in a row that a worker lost it.' }),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  createdAt: at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  dueAt: at.nullable(),
};

/** What an execution whole has beside its summary. */
export const executionDetails = {
  workerId: z.string().nullable(),
  timeoutMs: z.number().nullable(),
  deadlineAt: at.nullable(),
  retentionMs: z.number().nullable(),
  uniqueKey: z.string().nullable(),
  input: json,
  output: json.meta({ description: 'Null unless it SUCCEEDED.' }),
};
