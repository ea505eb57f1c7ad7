/** Shapes that several operations share. The error of a shape says what it expects. */
import * as z from 'zod';
import type { Json } from '../../asl/json/json.ts';
import { JsonText } from '../../asl/json/json-text.ts';
import { findLabelKeyProblem, parseLabelText } from '../../batch/execution-labels.ts';
import { firstOf } from '../../check-shape.ts';
import { executionStatuses } from '../../engine/status.ts';

/** The wire format of shapes whose parsed value has another type, as JSON Schema. */
export const wireShapes = z.registry<Readonly<Record<string, unknown>>>();

/** An object with exactly these keys. */
export function exactly<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const found = firstOf(issue.keys.map((key) => JSON.stringify(key.slice(0, 80)))).join(', ');
      return known === '' ? `takes nothing, found ${found}` : `takes ${known}; found ${found}`;
    },
  });
}

/** Any JSON value: it is passed on as it is. */
export const json = z.custom<Json>((value) => value !== undefined, 'expected a JSON value');

/**
 * A document in a request, as its text. The operation names its member in `documents`, or it is
 * refused: texts are taken from the body before the body is checked.
 */
export const jsonText = z.custom<JsonText>(
  (value) => value instanceof JsonText,
  'expected a JSON value',
);

/** A document in a reply: a value, or a text that is sent letter for letter. */
export const replyJson = z.custom<Json | JsonText>(
  (value) => value !== undefined,
  'expected a JSON value',
);

/** Returns why a database cannot store a text (U+0000, lone surrogates); null when it can. */
export function textFault(found: string): string | null {
  return found.isWellFormed() && !found.includes('\u0000')
    ? null
    : 'expected a text without U+0000 and without lone surrogates';
}

/** A text that is not empty, such as a name or an id. */
export const nonEmptyText = z
  .string()
  .min(1)
  .check(({ value, issues }) => {
    const message = textFault(value);
    if (message !== null) issues.push({ code: 'custom', message, input: value });
  });

/** A number of things, or of milliseconds. */
export const count = z.int().min(0);

/** A time in a reply: milliseconds since 1970. */
export const timestamp = z.number().meta({ description: 'Milliseconds since 1970.' });

/** A whole number as a query parameter. @param usual shown as the default */
export function queryNumber(min: number, max: number, usual?: number) {
  const shape = z
    .string()
    .regex(/^\d{1,9}$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
  wireShapes.add(shape, {
    type: 'integer',
    minimum: min,
    maximum: max,
    ...(usual !== undefined && { default: usual }),
  });
  return shape;
}

/** Several words of a list as a query parameter, separated by commas. */
export function queryTexts<const Word extends string>(words: readonly Word[]) {
  const message = `expected one or more of ${words.join(', ')}, separated by commas`;
  const shape = z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words, { error: message })).min(1))
    .readonly();
  wireShapes.add(shape, {
    type: 'string',
    description: `One or more of ${words.join(', ')}, separated by commas.`,
  });
  return shape;
}

/** Labels in a query: `customer=7,region=eu`. */
export const queryLabels = z
  .string()
  .transform((text, context) => {
    const labels: Record<string, string> = {};
    for (const part of text.split(',')) {
      const [key, value] = parseLabelText(part) ?? [];
      const decoded = value === undefined ? null : decodeLabel(value);
      if (key === undefined || decoded === null || findLabelKeyProblem(key) !== null) {
        const message = 'expected labels such as customer=7,region=eu';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
      labels[key] = decoded;
    }
    return labels;
  })
  .readonly();
wireShapes.add(queryLabels, {
  type: 'string',
  description:
    'Labels that must all be there, such as customer=7,region=eu; in a value, a comma is written ' +
    'as %2C and % as %25 (and both are encoded once more in the URL).',
});

function decodeLabel(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}

/** Labels in a body: texts, numbers and booleans by key. */
export const labels = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);

/** Labels that select, in a body. */
export const labelFilter = z.record(z.string(), z.string());

/** How much of a list's rows has been looked at to make a page of it. */
export const lookedAt = exactly({
  rows: z.int().min(0),
  backTo: z.number().nullable().meta({ description: 'Creation time of the oldest of them.' }),
  isAll: z.boolean().meta({ description: 'Whether there is nothing further back.' }),
});

/** A date (midnight UTC), or a date and time with its zone. */
const momentText = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'expected a time such as 2026-11-24 or 2026-11-24T08:30:00Z',
});

const momentWire = {
  type: 'string',
  description: 'A time such as 2026-11-24 (midnight UTC) or 2026-11-24T08:30:00Z.',
};

/** A time as a query parameter, parsed to milliseconds since 1970. */
export const queryMoment = momentText.transform((text) => Date.parse(text));
wireShapes.add(queryMoment, momentWire);

/** A time in a body, parsed to milliseconds since 1970. */
export const moment = z
  .union([z.int(), momentText], {
    error: 'expected milliseconds since 1970, or a time such as 2026-11-24T08:30:00Z',
  })
  .transform((time) => (typeof time === 'number' ? time : Date.parse(time)));
wireShapes.add(moment, {
  anyOf: [{ type: 'integer', description: 'Milliseconds since 1970.' }, momentWire],
});

/** The query parameters that select a page of a list. */
export const pageQuery = {
  limit: queryNumber(1, 1_000, 20).default(20),
  cursor: nonEmptyText.exactOptional(),
};

/** The reply of a list: a page's entries under `key`, and the cursor of the next page. */
export function pageReply<const Key extends string, Entry extends z.ZodType>(
  key: Key,
  entry: Entry,
) {
  const entries = { [key]: z.array(entry).readonly() } as {
    [Name in Key]: z.ZodReadonly<z.ZodArray<Entry>>;
  };
  return exactly({ ...entries, next });
}

/** The cursor of the next page. */
export const next = z
  .string()
  .nullable()
  .meta({ description: 'The cursor of the next page; null on the last.' });

/** The status of an execution. */
export const executionStatus = z.enum(executionStatuses);

/** An execution in a list, without documents. */
export const executionSummary = {
  id: nonEmptyText,
  machineId: nonEmptyText,
  machineVersion: z.int(),
  name: nonEmptyText,
  status: executionStatus,
  queue: nonEmptyText,
  batchId: z.string().nullable(),
  batchIndex: z.int().nullable(),
  attempts: count.meta({ description: 'The number of failed attempts.' }),
  stalls: count.meta({ description: 'The number of times in a row that a worker lost it.' }),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  dueAt: timestamp.nullable(),
  labels: z
    .record(z.string(), z.string())
    .readonly()
    .exactOptional()
    .meta({ description: 'Absent without labels.' }),
};

/** What a single execution has in addition to its summary. */
export const executionDetails = {
  workerId: z.string().nullable(),
  timeoutMs: z.number().nullable(),
  deadlineAt: timestamp.nullable(),
  retentionMs: z.number().nullable(),
  uniqueKey: z.string().nullable(),
  versionNumber: z.int().nullable().meta({ description: 'The published version of its start.' }),
  alias: z.string().nullable().meta({ description: 'The alias of its start.' }),
  redrives: count,
  redrivenAt: timestamp.nullable(),
  input: replyJson,
  output: replyJson.meta({ description: 'Null unless it SUCCEEDED.' }),
};
