/**
 * Maps an item to its execution's name, priority and input. Nothing is added to an item: without a
 * mapping the input is the item, whatever kind of JSON it is.
 */

import { Budget } from '../asl/budget.ts';
import { compileExpression, type Expression } from '../asl/expression.ts';
import { findExactNumber } from '../asl/json/find-exact-number.ts';
import type { Json } from '../asl/json/json.ts';
import { listKnown } from '../asl/known-names.ts';
import { StateError } from '../asl/state-error.ts';
import { findNameProblem } from '../engine/arn/resource-name.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { ExecutionLabels } from '../ports/store/execution-store.ts';
import { findLabelKeyProblem, parseLabels } from './execution-labels.ts';

/**
 * How an item becomes an execution. Each field is an expression (a path such as `$.id`, a call such
 * as `States.Format('r-{}', $.id)`) or the name of a transformer of the app. In expressions `$` is
 * the item, and `$$.Map.Item.Index` is its index.
 */
export interface ItemMapping {
  /** Unique within the machine, 1–80 characters. @default `<namePrefix>-<index>` */
  readonly name?: string;
  /** The name of a queue. @default the batch's priority */
  readonly priority?: string;
  /** @default the item */
  readonly input?: string;
  /** Labels by key: texts, numbers and booleans; a null leaves its label out. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A function of the app that a mapping calls by name. It is synchronous, and deterministic in the
 * item and its index. It is not called for an item with a number that a double does not hold.
 */
export type ItemTransformer = (item: Json, index: number) => Json;

/** The names that a mapping may use, and the values of the fields that it leaves out. */
export interface ItemMappingContext {
  readonly transformers: Readonly<Record<string, ItemTransformer>>;
  /** The queues that workers serve. */
  readonly queues: readonly string[];
  readonly priority: string;
  readonly namePrefix: string;
  /** Returns numbers in [0, 1), for `States.UUID` and `States.MathRandom`. */
  readonly random: () => number;
}

/** An item's execution, or the item's problem. */
export type MappedItem =
  | {
      readonly name: string;
      readonly queue: string;
      readonly input: Json;
      /** Absent without labels. */
      readonly labels?: ExecutionLabels;
    }
  | { readonly problem: string };

/** A compiled mapping. Never throws: an item that does not fit has a problem. */
export type MapItem = (item: Json, index: number) => MappedItem;

/** Computes a document from an item and its index. */
export type MapField = (item: Json, index: number) => Json;

/**
 * Compiles a mapping. Throws what would fail for every item: `UNKNOWN_TRANSFORMER`, and
 * `INVALID_ARGUMENT` for an invalid expression, prefix or priority.
 */
export function compileItemMapping(mapping: ItemMapping, context: ItemMappingContext): MapItem {
  const { namePrefix, priority, queues } = context;
  const name =
    compileField('name', mapping, context) ?? ((_item, index) => `${namePrefix}-${index}`);
  const queue = compileField('priority', mapping, context) ?? (() => priority);
  const input = compileField('input', mapping, context) ?? ((item) => item);
  const labels = compileLabels(mapping, context);
  const prefixProblem = findNameProblem(`${namePrefix}-0`);
  if (prefixProblem !== null) throw invalidArgument(`options.namePrefix: ${prefixProblem}`);
  const priorityProblem = findQueueProblem(priority, queues);
  if (priorityProblem !== null) throw invalidArgument(`options.priority: ${priorityProblem}`);
  return (item, index) => {
    try {
      const mapped = { name: name(item, index), queue: queue(item, index) };
      const checked = checkMapped(mapped.name, mapped.queue, input(item, index), queues);
      return labels === null ? checked : withLabels(checked, labels(item, index));
    } catch (error) {
      return { problem: toProblem(error) };
    }
  };
}

function checkMapped(name: Json, queue: Json, input: Json, queues: readonly string[]): MappedItem {
  const nameProblem = findNameProblem(name);
  if (nameProblem !== null) return { problem: `item.name: ${nameProblem}` };
  const queueProblem = findQueueProblem(queue, queues);
  if (queueProblem !== null) return { problem: `item.priority: ${queueProblem}` };
  return { name: String(name), queue: String(queue), input };
}

function withLabels(mapped: MappedItem, value: Json): MappedItem {
  if ('problem' in mapped) return mapped;
  const parsed = parseLabels(value);
  if ('problem' in parsed) return { problem: `item.labels.${parsed.problem}` };
  return { ...mapped, labels: parsed.labels };
}

/** Throws INVALID_ARGUMENT for a key that no label can have. */
function compileLabels({ labels = {} }: ItemMapping, context: ItemMappingContext): MapField | null {
  const fields = Object.entries(labels).map(([key, text]) => {
    const problem = findLabelKeyProblem(key);
    if (problem !== null) throw invalidArgument(`item.labels: ${problem}`);
    return [key, compileTransform(`item.labels.${key}`, text, context)] as const;
  });
  if (fields.length === 0) return null;
  return (item, index) =>
    Object.fromEntries(fields.map(([key, compute]) => [key, compute(item, index)]));
}

function compileField(
  field: Exclude<keyof ItemMapping, 'labels'>,
  mapping: ItemMapping,
  context: ItemMappingContext,
): MapField | null {
  const text = mapping[field];
  return text === undefined ? null : compileTransform(`item.${field}`, text, context);
}

/**
 * Compiles an expression, or looks up a transformer of the app by its name. Throws
 * `UNKNOWN_TRANSFORMER`, or `INVALID_ARGUMENT` for an invalid expression; the returned function
 * throws `INVALID_ITEM` for an item that does not fit.
 *
 * @param place where the text stands, for messages
 */
export function compileTransform(
  place: string,
  text: string,
  { transformers, random }: Pick<ItemMappingContext, 'transformers' | 'random'>,
): MapField {
  if (text.startsWith('$') || text.startsWith('States.')) {
    return createEvaluation(place, parseExpression(text, place), random);
  }
  const transformer = Object.hasOwn(transformers, text) && transformers[text];
  if (transformer) return createCall(place, text, transformer);
  const known = listKnown(text, Object.keys(transformers));
  throw new MillraceError(
    'UNKNOWN_TRANSFORMER',
    `${place}: there is no transformer '${text}' (${known}); name one of them, or ` +
      'start a path with $ and a call with States.',
    { fields: { place, transformer: text } },
  );
}

function parseExpression(text: string, place: string): Expression {
  try {
    return compileExpression(text, place);
  } catch (error) {
    throw invalidArgument(`${place}: ${messageOf(error)}`, error);
  }
}

function createEvaluation(place: string, expression: Expression, random: () => number): MapField {
  return (item, index) =>
    withPlace(place, () =>
      expression.evaluate({
        budget: new Budget(),
        input: item,
        context: () => ({ Map: { Item: { Index: index, Value: item } } }),
        random,
        variable: () => undefined,
        now: () => 0,
      }),
    );
}

function createCall(place: string, name: string, transformer: ItemTransformer): MapField {
  return (item, index) =>
    withPlace(`${place}: transformer '${name}'`, () => {
      requireDoubles(item);
      const result = transformer(item, index);
      const kind = describeKind(result);
      if (kind === 'json') return result;
      throw new TypeError(`expected JSON at once, returned ${kind}`);
    });
}

/** A transformer calculates with what it gets, and two ids could become one. */
function requireDoubles(item: Json): void {
  const found = findExactNumber(item);
  if (found === null) return;
  throw new TypeError(
    `expected numbers that JavaScript holds; found ${found.text} at ${found.path}: write it as a ` +
      'string, or shape the item with an expression',
  );
}

function describeKind(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  return ['object', 'string', 'number', 'boolean'].includes(typeof value) ? 'json' : typeof value;
}

/** Runs `evaluate`, and adds the place in the mapping to the error that it throws. */
function withPlace(place: string, evaluate: () => Json): Json {
  try {
    return evaluate();
  } catch (error) {
    throw new MillraceError('INVALID_ITEM', `${place}: ${toProblem(error)}`, { cause: error });
  }
}

function toProblem(error: unknown): string {
  return error instanceof StateError ? error.causeText : messageOf(error);
}

function findQueueProblem(queue: Json, queues: readonly string[]): string | null {
  if (typeof queue === 'string' && queues.includes(queue)) return null;
  return `expected one of the queues ${queues.join(', ')}, found ${toExcerpt(queue)}`;
}

function toExcerpt(value: Json): string {
  return JSON.stringify(value).slice(0, 80);
}

function invalidArgument(message: string, cause?: unknown): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message, { cause });
}
