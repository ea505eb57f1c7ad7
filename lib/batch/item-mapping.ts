/**
 * From an item to its execution's name, priority and input. The item itself is never changed, and
 * nothing is put into it: without a mapping the input is the item, whatever kind of JSON it is.
 */
import { compileExpression, type Expression } from '../asl/expression.ts';
import type { Json } from '../asl/json/json.ts';
import { StateError } from '../asl/state-error.ts';
import { MillraceError, messageOf } from '../errors.ts';
import { nameFault } from './execution-name.ts';

/**
 * Each field is an expression (a path such as `$.id`, a call such as `States.Format('r-{}', $.id)`)
 * or the name of a transformer of the app. In expressions `$` is the item, `$$.Map.Item.Index` its
 * index.
 */
export interface ItemMapping {
  /** Unique within the machine, 1–80 characters. @default `<namePrefix>-<index>` */
  readonly name?: string;
  /** A queue's name. @default the batch's priority */
  readonly priority?: string;
  /** @default the item */
  readonly input?: string;
}

/**
 * A function of the app, by whose name a mapping may call it: synchronous, and the same for the
 * same item.
 */
export type ItemTransformer = (item: Json, index: number) => Json;

/** What a mapping may name, and what holds for what it leaves out. */
export interface ItemMappingContext {
  readonly transformers: Readonly<Record<string, ItemTransformer>>;
  /** The queues that workers serve. */
  readonly queues: readonly string[];
  readonly priority: string;
  readonly namePrefix: string;
  /** Numbers in [0, 1) for `States.UUID` and `States.MathRandom`. */
  readonly random: () => number;
}

/** What became of an item. */
export type MappedItem =
  | { readonly name: string; readonly queue: string; readonly input: Json }
  | { readonly problem: string };

/** A compiled mapping; never throws: what an item does not fit is its problem. */
export type MapItem = (item: Json, index: number) => MappedItem;

/** From an item and its index to another document. */
export type MapField = (item: Json, index: number) => Json;

/**
 * Compiles a mapping. What no item could mend is refused here: `UNKNOWN_TRANSFORMER`, and
 * `INVALID_ARGUMENT` for an expression that is none, a prefix or a priority that cannot be.
 */
export function compileItemMapping(mapping: ItemMapping, context: ItemMappingContext): MapItem {
  const { namePrefix, priority, queues } = context;
  const name = fieldOf('name', mapping, context) ?? ((_item, index) => `${namePrefix}-${index}`);
  const queue = fieldOf('priority', mapping, context) ?? (() => priority);
  const input = fieldOf('input', mapping, context) ?? ((item) => item);
  const prefixFault = nameFault(`${namePrefix}-0`);
  if (prefixFault !== null) throw invalid(`options.namePrefix: ${prefixFault}`);
  const priorityFault = queueFault(priority, queues);
  if (priorityFault !== null) throw invalid(`options.priority: ${priorityFault}`);
  return (item, index) => {
    try {
      const mapped = { name: name(item, index), queue: queue(item, index) };
      return checked(mapped.name, mapped.queue, input(item, index), queues);
    } catch (error) {
      return { problem: problemOf(error) };
    }
  };
}

function checked(name: Json, queue: Json, input: Json, queues: readonly string[]): MappedItem {
  const fault = nameFault(name);
  if (fault !== null) return { problem: `item.name: ${fault}` };
  const unknown = queueFault(queue, queues);
  if (unknown !== null) return { problem: `item.priority: ${unknown}` };
  return { name: String(name), queue: String(queue), input };
}

function fieldOf(
  field: keyof ItemMapping,
  mapping: ItemMapping,
  context: ItemMappingContext,
): MapField | null {
  const text = mapping[field];
  return text === undefined ? null : compileTransform(`item.${field}`, text, context);
}

/**
 * What makes one document of another: an expression, or a transformer of the app by its name.
 * Throws `UNKNOWN_TRANSFORMER`, or `INVALID_ARGUMENT` for an expression that is none; what it gives
 * back throws `INVALID_ITEM` for a document that does not fit.
 * @param place where it was written, for messages
 */
export function compileTransform(
  place: string,
  text: string,
  { transformers, random }: Pick<ItemMappingContext, 'transformers' | 'random'>,
): MapField {
  if (text.startsWith('$') || text.startsWith('States.')) {
    return evaluating(place, compiled(text, place), random);
  }
  const transformer = Object.hasOwn(transformers, text) && transformers[text];
  if (transformer) return calling(place, text, transformer);
  const known = Object.keys(transformers).join(', ') || 'none';
  throw new MillraceError(
    'UNKNOWN_TRANSFORMER',
    `${place}: there is no transformer '${text}' (known: ${known}); name one of them, or ` +
      'begin a path with $ and a call with States.',
    { fields: { place, transformer: text } },
  );
}

function compiled(text: string, place: string): Expression {
  try {
    return compileExpression(text, place);
  } catch (error) {
    throw invalid(`${place}: ${messageOf(error)}`, error);
  }
}

function evaluating(place: string, expression: Expression, random: () => number): MapField {
  return (item, index) =>
    named(place, () =>
      expression.evaluate({
        input: item,
        context: () => ({ Map: { Item: { Index: index, Value: item } } }),
        random,
        variable: () => undefined,
        now: () => 0,
      }),
    );
}

function calling(place: string, name: string, transformer: ItemTransformer): MapField {
  return (item, index) =>
    named(`${place}: transformer '${name}'`, () => {
      const result = transformer(item, index);
      const kind = kindOf(result);
      if (kind === 'json') return result;
      throw new TypeError(`expected JSON at once, returned ${kind}`);
    });
}

function kindOf(value: unknown): string {
  if (value instanceof Promise) return 'a promise';
  return ['object', 'string', 'number', 'boolean'].includes(typeof value) ? 'json' : typeof value;
}

/** Says where in the mapping something was thrown. */
function named(place: string, evaluate: () => Json): Json {
  try {
    return evaluate();
  } catch (error) {
    throw new MillraceError('INVALID_ITEM', `${place}: ${problemOf(error)}`, { cause: error });
  }
}

function problemOf(error: unknown): string {
  return error instanceof StateError ? error.causeText : messageOf(error);
}

function queueFault(queue: Json, queues: readonly string[]): string | null {
  if (typeof queue === 'string' && queues.includes(queue)) return null;
  return `expected one of the queues ${queues.join(', ')}, found ${excerpt(queue)}`;
}

function excerpt(value: Json): string {
  return JSON.stringify(value).slice(0, 80);
}

function invalid(message: string, cause?: unknown): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message, { cause });
}
