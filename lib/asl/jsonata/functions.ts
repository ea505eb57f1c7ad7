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
import { getOwn, isObject, type Json } from '../json/json.ts';
import { StateError } from '../state-error.ts';
import type { FunctionGuard } from './function-guard.ts';
import { reservedNames } from './guard-syntax.ts';
import { JsonataFault, lengthMax, type Meter } from './meter.ts';
import { chargeCall, chargeResult, lengthOf } from './native-costs.ts';
import { replacements } from './replacements.ts';

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
  guard: FunctionGuard,
  chance: () => Chance,
): void {
  for (const [name, native] of libraryFunctions()) {
    // the transform operator clones, unseen
    if (used.has(name) || name === 'clone') {
      expression.assign(name, charged(name, native, meter, guard));
    }
  }
  expression.assign('eval', undefined);
  expression.registerFunction('lookup', ownField, '<x-s:x>');
  expression.registerFunction(reservedNames.ownField, ownField);
  expression.registerFunction(reservedNames.range, (first, last) => range(first, last, meter));
  expression.registerFunction(reservedNames.weighed, (value) => {
    meter.weighDeep(value);
    return value;
  });
  expression.registerFunction(reservedNames.copied, (value) => {
    const isMade = Array.isArray(value) && ('sequence' in value || 'cons' in value);
    return Array.isArray(value) && !isMade ? [...value] : value;
  });
  expression.registerFunction('millis', () => chance().now(), '<:n>');
  expression.registerFunction('now', nowOf(chance), '<s?s?:s>');
  expression.registerFunction('random', (seed) => randomOf(seed, chance), '<n?:n>');
  expression.registerFunction('shuffle', (items) => shuffled(items, chance), '<a:a>');
  addIntrinsics(expression, meter, chance);
}

function addIntrinsics(expression: jsonata.Expression, meter: Meter, chance: () => Chance): void {
  const add = (name: string, intrinsic: IntrinsicFunction | undefined, signature: string): void => {
    expression.registerFunction(
      name,
      (...args: Json[]) => {
        // what they make is as large as what they are given
        meter.charge(lengthOf(args[0]) / 4);
        return applied(intrinsic, args, chance);
      },
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
function charged(name: string, native: Native, meter: Meter, guard: FunctionGuard): Native {
  const implementation = replacements.get(name) ?? native.implementation;
  function metered(this: unknown, ...args: unknown[]): unknown {
    chargeCall(name, args, meter);
    const result = implementation.apply(
      this,
      args.map((argument) => callable(argument, this)),
    );
    const check = (made: unknown): unknown => {
      chargeResult(made, meter);
      guard.isFunction(made);
      return made;
    };
    return isGenerator(result) ? whenDone(result, check) : check(result);
  }
  Object.defineProperty(metered, 'length', { value: native.implementation.length });
  metered.toString = () => native.implementation.toString();
  return { ...native, implementation: metered };
}

/** Functions that call functions are generators, to the library and to us. */
function isGenerator(value: unknown): value is Generator {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value;
}

/**
 * The library wraps functions that are arguments, but not in a call at the end of another function.
 */
function callable(argument: unknown, self: unknown): unknown {
  if (typeof argument !== 'object' || argument === null) return argument;
  const { apply, implementation, arguments: parameters } = Object(argument);
  const isLambda = '_jsonata_lambda' in argument && typeof apply === 'function';
  if (!isLambda && !('_jsonata_function' in argument)) return argument;
  function* wrapped(...args: unknown[]): Generator {
    const work: unknown = isLambda
      ? Reflect.apply(apply, argument, [self, args])
      : Reflect.apply(implementation, self, args);
    return isGenerator(work) ? yield* work : work;
  }
  return Object.assign(wrapped, { arity: (isLambda ? parameters : implementation).length });
}

function* whenDone(work: Generator, check: (made: unknown) => unknown): Generator {
  return check(yield* work);
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
