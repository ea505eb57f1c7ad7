/**
 * The options of a batch, their defaults and their checks. They are stored as JSON text in the
 * batch's row, so that a batch continues with the options it was started with.
 */
import * as z from 'zod';
import { checkShape } from '../check-shape.ts';
import { type EndHook, endHookSchema } from './end-hook.ts';
import { labelLimits } from './execution-labels.ts';
import type { ItemMapping } from './item-mapping.ts';
import {
  findResultPathProblem,
  type ResultFormat,
  resultFormats,
} from './results/result-format.ts';

/** When failures log a warning, and when they pause a batch; see `lib/batch/failure-policy.ts`. */
export interface FailurePolicy {
  /** Failure rate from which a warning is logged; 0 to `hardThreshold`. @default 0.05 */
  readonly softThreshold: number;
  /** Failure rate from which the batch is paused until it is resumed; up to 1. @default 0.10 */
  readonly hardThreshold: number;
  /**
   * Failure rate of attempts, those that are retried included, from which the batch is paused; up
   * to 1. Null: only executions that failed for good are judged. @default 0.5
   */
  readonly attemptThreshold: number | null;
  /**
   * Failure rate of the newest micro-batch, of executions or of attempts, from which the batch is
   * stopped and ends `FAILED`; `hardThreshold` to 1. Null: it is paused at most. @default null
   */
  readonly severeThreshold: number | null;
  /**
   * Weight of the newest micro-batch in the moving average; above 0 up to 1, a larger weight
   * forgets faster. @default 0.2
   */
  readonly smoothing: number;
  /**
   * Number of ended executions, or of finished attempts, in one micro-batch; 1 to 100,000. In the
   * mode `microBatches` it is `microBatchSize`. @default 100
   */
  readonly windowSize: number;
}

/** How the executions of a batch follow one another. */
const batchModes = Object.freeze(['parallel', 'sequential', 'microBatches'] as const);

/** What happens when a batch is to start while one of the same name is open. */
const overlapRules = Object.freeze(['allow', 'skip', 'queue', 'replace'] as const);

/** What happens to an item whose name an execution of the machine has already. */
const nameTakenRules = Object.freeze(['fail', 'skip', 'suffix'] as const);

/** The complete options of a batch. */
export interface BatchOptions {
  /**
   * Maximum number of executions that are recorded and have not ended; further items wait in the
   * source. 0: no limit, as in Step Functions' `MaxConcurrency`. @default 10,000
   */
  readonly maxInFlight: number;
  /** Maximum number of items recorded in one transaction; 1 to 10,000. @default 1,000 */
  readonly chunkSize: number;
  /** Executions are named `<prefix>-<index>`; 1 to 64 characters. @default the batch's id */
  readonly namePrefix: string;
  /** Maximum number of retries of a failed execution; 0 to 100. @default 3 */
  readonly retriesMax: number;
  /** The queue of executions whose item mapping names none. @default 'default' */
  readonly priority: string;
  /**
   * How executions follow one another. `parallel`: up to `maxInFlight` at once. `sequential`: each
   * after the one before has ended. `microBatches`: `microBatchSize` at once, and the next when all
   * of them have ended and their failures were judged. @default 'parallel'
   */
  readonly mode: (typeof batchModes)[number];
  /** Number of executions in one micro-batch; 1 to 10,000. @default 500 */
  readonly microBatchSize: number;
  /**
   * What happens while another batch of the same name is open. `allow`: both run. `skip`: this one
   * is not started. `queue`: it waits for the end of those before. `replace`: it cancels those
   * before, and waits for their end. @default 'allow'
   */
  readonly overlap: (typeof overlapRules)[number];
  /**
   * What happens to an item whose name an execution of the machine has. `fail`: the item fails.
   * `skip`: it is left out, and counted as such. `suffix`: its index is appended to the name. Null:
   * `fail` when an earlier item of this batch has the name, `skip` when an earlier batch or program
   * does. @default null
   */
  readonly onNameTaken: (typeof nameTakenRules)[number] | null;
  /**
   * Whether the first failed execution stops the batch: what has not begun is aborted, and the
   * batch ends `FAILED`. @default false
   */
  readonly stopOnError: boolean;
  /**
   * Maximum number of failed executions of a batch that still succeeds; checked when all have
   * ended. When neither this nor a percentage is set, none may fail. @default null
   */
  readonly toleratedFailureCount: number | null;
  /** The same as a percentage of all items, 0 to 100. @default null */
  readonly toleratedFailurePercentage: number | null;
  /** Null: failures neither log a warning nor pause the batch. */
  readonly failurePolicy: FailurePolicy | null;
  /** An item's name, priority and input. @default the item as input, named by its index */
  readonly item: ItemMapping;
  /**
   * The moment whose date stands for `{date}`, in milliseconds since 1970; set when the batch is
   * started by a schedule or uses the date. @default null
   */
  readonly at: number | null;
  /** Receives the end of the batch; null for no one. @default null */
  readonly onEnd: EndHook | null;
  /**
   * The alias of the machine that routes each execution to a published version; set by the machine
   * `order:live`. A change of the alias counts for items that have no execution yet. @default null
   */
  readonly alias: string | null;
  /** The published version of the machine; set by the machine `order:3`. @default null */
  readonly publishedVersion: number | null;
  /** The file that the results are written to when the batch has ended. @default null */
  readonly results: ResultsOption | null;
}

/** A file of results. */
export interface ResultsOption {
  /**
   * A path, or `s3://BUCKET/KEY`, with the placeholders `{date}` (the batch's day in its zone),
   * `{name}` and `{id}`. Relative paths start at the folder of the configuration.
   */
  readonly output: string;
  /** @default by the ending of `output`: .csv, .json, or else JSON Lines */
  readonly format?: ResultFormat;
}

/** The options as users write them: any may be left out. */
export type BatchOptionsInput = Partial<Omit<BatchOptions, 'failurePolicy'>> & {
  readonly failurePolicy?: Partial<FailurePolicy> | null;
};

/** Default options; that of `namePrefix` is the batch's id. */
export const batchDefaults = Object.freeze({
  maxInFlight: 10_000,
  chunkSize: 1_000,
  retriesMax: 3,
  priority: 'default',
  mode: 'parallel',
  microBatchSize: 500,
  overlap: 'allow',
  onNameTaken: null,
  stopOnError: false,
  toleratedFailureCount: null,
  toleratedFailurePercentage: null,
  failurePolicy: Object.freeze({
    softThreshold: 0.05,
    hardThreshold: 0.1,
    attemptThreshold: 0.5,
    severeThreshold: null,
    smoothing: 0.2,
    windowSize: 100,
  }),
  item: Object.freeze({}),
  at: null,
  onEnd: null,
  alias: null,
  publishedVersion: null,
  results: null,
});

const rate = z.number().min(0).max(1);

const policySchema = z
  .strictObject({
    softThreshold: rate.default(batchDefaults.failurePolicy.softThreshold),
    hardThreshold: rate.default(batchDefaults.failurePolicy.hardThreshold),
    attemptThreshold: rate.nullable().default(batchDefaults.failurePolicy.attemptThreshold),
    severeThreshold: rate.nullable().default(null),
    smoothing: rate.gt(0).default(batchDefaults.failurePolicy.smoothing),
    windowSize: z.int().min(1).max(100_000).default(batchDefaults.failurePolicy.windowSize),
  })
  .refine(({ softThreshold, hardThreshold }) => softThreshold <= hardThreshold, {
    message: 'softThreshold must not be above hardThreshold',
  })
  .refine(
    ({ hardThreshold, severeThreshold }) =>
      severeThreshold === null || hardThreshold <= severeThreshold,
    { message: 'hardThreshold must not be above severeThreshold' },
  );

/** The shape of an item mapping. */
export const itemMappingSchema = z.strictObject({
  name: z.string().min(1).exactOptional(),
  priority: z.string().min(1).exactOptional(),
  input: z.string().min(1).exactOptional(),
  labels: z
    .record(z.string(), z.string().min(1))
    .refine((labels) => Object.keys(labels).length <= labelLimits.countMax, {
      error: `must be at most ${labelLimits.countMax} labels`,
    })
    .exactOptional(),
});

const resultsSchema = z.strictObject({
  output: z
    .string()
    .min(1)
    .max(1_000)
    .superRefine((output, context) => {
      const message = findResultPathProblem(output);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }),
  format: z.enum(resultFormats).exactOptional(),
});

/** Built once: a leader checks options each time it opens a batch. */
const optionsSchema = z.strictObject({
  maxInFlight: z.int().min(0).default(batchDefaults.maxInFlight),
  chunkSize: z.int().min(1).max(10_000).default(batchDefaults.chunkSize),
  namePrefix: z.string().min(1).max(64).exactOptional(),
  retriesMax: z.int().min(0).max(100).default(batchDefaults.retriesMax),
  priority: z.string().min(1).default(batchDefaults.priority),
  mode: z.enum(batchModes).default('parallel'),
  microBatchSize: z.int().min(1).max(10_000).default(batchDefaults.microBatchSize),
  overlap: z.enum(overlapRules).default('allow'),
  onNameTaken: z.enum(nameTakenRules).nullable().default(null),
  stopOnError: z.boolean().default(batchDefaults.stopOnError),
  toleratedFailureCount: z.int().min(0).nullable().default(null),
  toleratedFailurePercentage: z.number().min(0).max(100).nullable().default(null),
  failurePolicy: policySchema.nullable().prefault({}),
  item: itemMappingSchema.default({ ...batchDefaults.item }),
  at: z.number().nullable().default(null),
  onEnd: endHookSchema.nullable().default(null),
  alias: z.string().min(1).max(80).nullable().default(null),
  publishedVersion: z.int().min(1).nullable().default(null),
  results: resultsSchema.nullable().default(null),
});

const overlapSchema = z.looseObject({ overlap: z.enum(overlapRules) });
const endOptionsSchema = z.looseObject({
  at: z.number().nullable().default(null),
  onEnd: endHookSchema.nullable().default(null),
  results: resultsSchema.nullable().default(null),
});

/**
 * Checks options, a user's or those stored in a batch's row, and fills in the defaults. Throws
 * `INVALID_ARGUMENT` that lists every problem.
 */
export function parseBatchOptions(options: unknown, batchId: string): BatchOptions {
  return { namePrefix: batchId, ...checkShape(optionsSchema, options, 'options') };
}

/**
 * Returns what a user's options say about a batch of the same name that is open; options that are
 * invalid say nothing.
 */
export function findOverlap(options: unknown): BatchOptions['overlap'] {
  const { data } = overlapSchema.safeParse(options);
  return data?.overlap ?? batchDefaults.overlap;
}

/**
 * Returns what stored options say about the end of their batch; nothing when they are invalid and
 * the batch could never be led.
 */
export function findEndOptions(options: unknown): Pick<BatchOptions, 'at' | 'onEnd' | 'results'> {
  const { data } = endOptionsSchema.safeParse(options);
  return { at: data?.at ?? null, onEnd: data?.onEnd ?? null, results: data?.results ?? null };
}
