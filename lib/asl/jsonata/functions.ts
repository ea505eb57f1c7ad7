/**
 * The functions of JSONata as Step Functions has them: the library's own with their work charged,
 * those that Step Functions adds, those that must not read clock or chance of the machine, and
 * without `$eval`.
 */
import jsonata from 'jsonata';
import { arrayFunctions } from '../intrinsics/arrays.ts';
import { documentFunctions } from '../intrinsics/documents.ts';
import { encodingFunctions } from '../intrinsics/encodings.ts';
import type { IntrinsicFunction } from '../intrinsics/intrinsic-function.ts';
import { numberFunctions, seeded } from '../intrinsics/numbers.ts';
import { getOwn, isObject, type Json } from '../json.ts';
import { StateError } from '../state-error.ts';
import { reservedNames } from './guard-syntax.ts';
import { JsonataFault, lengthMax, type Meter } from './meter.ts';

/** What the functions of one evaluation may use; all of it comes from the event. */
export interface Chance {
  readonly random: () => number;
  readonly now: () => number;
}

interface Native {
  readonly _jsonata_function: true;
  readonly implementation: (...args: unknown[]) => unknown;
}

interface Focus {
  readonly environment: { lookup(name: string): unknown };
}

/** The library's functions that are taken as they are, but for the charge. */
const libraryNames = [
  'sum count max min average string substring substringBefore substringAfter lowercase',
  'uppercase length trim pad match contains replace split join formatNumber formatBase',
  'formatInteger parseInteger number floor ceil round abs sqrt power boolean not map zip',
  'filter single reduce sift keys append exists spread merge reverse each error assert',
  'type sort distinct base64encode base64decode encodeUrlComponent encodeUrl',
  'decodeUrlComponent decodeUrl toMillis fromMillis clone',
].flatMap((line) => line.split(' '));

const ownNames = 'eval lookup millis now random shuffle partition range hash uuid parse';
const functionNames: ReadonlySet<string> = new Set([...libraryNames, ...ownNames.split(' ')]);

/** Whether `$name` is a function, unless an expression gives the name another value. */
export function isFunctionName(name: string): boolean {
  return functionNames.has(name);
}

/** Gives `expression` its functions; `chance` answers for the evaluation that is under way. */
export function giveFunctions(
  expression: jsonata.Expression,
  used: ReadonlySet<string>,
  meter: Meter,
  chance: () => Chance,
): void {
  for (const [name, native] of libraryFunctions()) {
    if (used.has(name)) expression.assign(name, charged(name, native, meter));
  }
  expression.assign('eval', undefined);
  expression.registerFunction('lookup', ownField, '<x-s:x>');
  expression.registerFunction(reservedNames.ownField, ownField);
  expression.registerFunction(reservedNames.range, (first, last) => range(first, last, meter));
  expression.registerFunction('millis', () => chance().now(), '<:n>');
  expression.registerFunction('now', nowOf(chance), '<s?s?:s>');
  expression.registerFunction('random', (seed) => randomOf(seed, chance), '<n?:n>');
  expression.registerFunction('shuffle', (items) => shuffled(items, chance), '<a:a>');
  addIntrinsics(expression, chance);
}

function addIntrinsics(expression: jsonata.Expression, chance: () => Chance): void {
  const add = (name: string, intrinsic: IntrinsicFunction | undefined, signature: string): void => {
    expression.registerFunction(
      name,
      (...args: Json[]) => applied(intrinsic, args, chance),
      signature,
    );
  };
  add('partition', arrayFunctions['States.ArrayPartition'], '<a-n:a>');
  add('range', arrayFunctions['States.ArrayRange'], '<nnn:a>');
  add('hash', encodingFunctions['States.Hash'], '<s-s:s>');
  add('uuid', numberFunctions['States.UUID'], '<:s>');
  add('parse', documentFunctions['States.StringToJson'], '<s-:x>');
}

function applied(intrinsic: IntrinsicFunction | undefined, args: Json[], chance: () => Chance) {
  const given = args.filter((argument) => argument !== undefined);
  if (intrinsic === undefined || given.length < intrinsic.arity[0]) return undefined;
  try {
    return intrinsic.apply(given, chance().random);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    throw new JsonataFault('D3137', thrown.causeText);
  }
}

let library: ReadonlyMap<string, Native> | undefined;

function libraryFunctions(): ReadonlyMap<string, Native> {
  library ??= new Map(
    libraryNames.map((name): [string, Native] => [name, jsonata(`$${name}`).evaluate(null)]),
  );
  return library;
}

/**
 * The native with its work charged first; it looks the same to the library, which counts and reads
 * parameters.
 */
function charged(name: string, native: Native, meter: Meter): Native {
  const { implementation } = native;
  function metered(this: unknown, ...args: unknown[]): unknown {
    for (const argument of args) meter.weigh(argument);
    const [first, second] = args;
    // compares every item with every other
    if (name === 'distinct' && Array.isArray(first)) meter.charge(first.length ** 2 / 16);
    if (name === 'pad' && typeof second === 'number') meter.assertLength(Math.abs(second));
    return implementation.apply(this, args);
  }
  Object.defineProperty(metered, 'length', { value: implementation.length });
  metered.toString = () => implementation.toString();
  return { ...native, implementation: metered };
}

/** Reads own properties only; of an array, those of its items. */
function ownField(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const found: unknown[] = [];
    for (const item of value) {
      const field = ownField(item, key);
      if (Array.isArray(field)) found.push(...field);
      else if (field !== undefined) found.push(field);
    }
    return found.length > 1 ? found : found[0];
  }
  return isObject(value) ? getOwn(value, key) : undefined;
}

function range(first: unknown, last: unknown, meter: Meter): unknown {
  if (first !== undefined && !Number.isInteger(first)) {
    throw new JsonataFault(
      'T2003',
      'The left side of the range operator (..) must evaluate to an integer',
    );
  }
  if (last !== undefined && !Number.isInteger(last)) {
    throw new JsonataFault(
      'T2004',
      'The right side of the range operator (..) must evaluate to an integer',
    );
  }
  if (typeof first !== 'number' || typeof last !== 'number' || first > last) return undefined;
  const length = last - first + 1;
  if (length > lengthMax) {
    throw new JsonataFault(
      'D2014',
      `The size of the sequence allocated by the range operator (..) must not exceed ${lengthMax}. Attempted to allocate ${length}.`,
    );
  }
  meter.charge(length / 16);
  return Array.from({ length }, (_, index) => first + index);
}

function nowOf(chance: () => Chance): (this: Focus, ...args: unknown[]) => unknown {
  return function now(...args) {
    const format = this.environment.lookup('fromMillis');
    const picture = args.filter((argument) => argument !== undefined);
    return isNative(format) ? format.implementation(chance().now(), ...picture) : undefined;
  };
}

function isNative(value: unknown): value is Native {
  return isObject(value) && typeof Reflect.get(value, 'implementation') === 'function';
}

function randomOf(seed: unknown, chance: () => Chance): number {
  return typeof seed === 'number' ? seeded(seed) : chance().random();
}

function shuffled(items: unknown, chance: () => Chance): unknown {
  if (!Array.isArray(items)) return undefined;
  const mixed: unknown[] = [...items];
  for (let index = mixed.length - 1; index > 0; index--) {
    const other = Math.floor(chance().random() * (index + 1));
    [mixed[index], mixed[other]] = [mixed[other], mixed[index]];
  }
  return mixed;
}
