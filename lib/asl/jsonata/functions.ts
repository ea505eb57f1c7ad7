/**
 * The functions of JSONata as in Step Functions: those of the library with their work charged,
 * those that Step Functions adds, replacements for those that read the system's clock or random
 * numbers, and no `$eval`.
 */
import type jsonata from 'jsonata';
import type { RandomAndTime } from '../evaluation.ts';
import { arrayFunctions } from '../intrinsics/arrays.ts';
import { documentFunctions } from '../intrinsics/documents.ts';
import { encodingFunctions } from '../intrinsics/encodings.ts';
import type { IntrinsicFunction, IntrinsicScope } from '../intrinsics/intrinsic-function.ts';
import { numberFunctions, seededRandom } from '../intrinsics/numbers.ts';
import { getOwn, isObject, type Json } from '../json/json.ts';
import { StateError } from '../state-error.ts';
import { prepareArguments } from './exact-operands.ts';
import type { FunctionGuard } from './function-guard.ts';
import { reservedNames, type Syntax } from './guard-syntax.ts';
import { isStackOverflow, JsonataError, lengthMax, type Meter } from './meter.ts';
import { assertPicture, chargeCall, chargeResult } from './native-costs.ts';
import { createOperators, doubleIn } from './operators.ts';
import { parseJsonata } from './parse-jsonata.ts';
import { replacements } from './replacements.ts';

interface Native {
  readonly _jsonata_function: true;
  readonly implementation: (...args: unknown[]) => unknown;
  readonly signature?: Signature;
}

/** Checks the arguments of a call, and fills in the context item. */
interface Signature {
  validate(args: readonly unknown[], context: unknown): unknown;
}

interface Focus {
  readonly environment: { lookup(name: string): unknown };
}

/** The functions of the library that are unchanged, except that their work is charged. */
const libraryNames = [
  'sum count max min average string substring substringBefore substringAfter lowercase',
  'uppercase length trim pad match contains replace split join formatNumber formatBase',
  'formatInteger parseInteger number floor ceil round abs sqrt power boolean not map zip',
  'filter single reduce sift keys append exists spread merge reverse each error assert',
  'type sort distinct base64encode base64decode encodeUrlComponent encodeUrl',
  'decodeUrlComponent decodeUrl toMillis fromMillis clone',
].flatMap((line) => line.split(' '));

const addedNames = 'eval lookup millis now random shuffle partition range hash uuid parse';
const functionNames: ReadonlySet<string> = new Set([...libraryNames, ...addedNames.split(' ')]);

/** Whether `$name` is a function, unless an expression assigns another value to the name. */
export function isFunctionName(name: string): boolean {
  return functionNames.has(name);
}

/**
 * Registers the functions and operators of `expression`. `source` returns the random numbers and
 * the time of the current evaluation; `isExact` says that its documents may have exact numbers.
 */
export function registerFunctions(
  expression: jsonata.Expression,
  { variables: used, operators }: Pick<Syntax, 'variables' | 'operators'>,
  meter: Meter,
  guard: FunctionGuard,
  source: () => RandomAndTime,
  isExact: boolean,
): void {
  if (operators.size > 0) registerOperators(expression, operators, meter);
  if (isExact) expression.registerFunction(reservedNames.double, doubleIn);
  for (const [name, native] of libraryFunctions()) {
    // The transform operator calls `clone` internally.
    if (used.has(name) || name === 'clone') {
      const metered = charged(name, native, meter, guard);
      expression.assign(name, isExact ? withDoubleArguments(name, metered) : metered);
    }
  }
  expression.assign('eval', undefined);
  // Registering a function takes longer than parsing a short expression.
  const add = (name: string, call: (...args: unknown[]) => unknown, signature: string): void => {
    if (used.has(name)) expression.registerFunction(name, call, signature);
  };
  add('lookup', (value, key) => ownField(value, String(key)), '<x-s:x>');
  expression.registerFunction(reservedNames.ownField, ownField);
  expression.registerFunction(reservedNames.range, (first, last) => range(first, last, meter));
  expression.registerFunction(reservedNames.copied, (value) => {
    const isOfLibrary = Array.isArray(value) && ('sequence' in value || 'cons' in value);
    return Array.isArray(value) && !isOfLibrary ? [...value] : value;
  });
  add('millis', () => source().now(), '<:n>');
  if (used.has('now')) expression.registerFunction('now', createNow(source), '<s?s?:s>');
  add('random', (seed) => nextRandom(seed, source), '<n?:n>');
  add('shuffle', (items) => shuffle(items, source), '<a:a>');
  add('range', (first, last, step) => rangeBy(first, last, step, meter), '<nnn:a>');
  registerIntrinsics(expression, used, meter, source);
}

function registerOperators(
  expression: jsonata.Expression,
  used: ReadonlySet<string>,
  meter: Meter,
): void {
  for (const [sign, operator] of createOperators(meter)) {
    if (used.has(sign)) expression.registerFunction(sign, operator);
  }
}

function registerIntrinsics(
  expression: jsonata.Expression,
  used: ReadonlySet<string>,
  meter: Meter,
  source: () => RandomAndTime,
): void {
  const add = (name: string, intrinsic: IntrinsicFunction | undefined, signature: string): void => {
    if (!used.has(name)) return;
    expression.registerFunction(
      name,
      (...args: Json[]) => {
        const { budget } = meter;
        return applyIntrinsic(intrinsic, args, { random: source().random, budget }, meter);
      },
      signature,
    );
  };
  add('partition', arrayFunctions['States.ArrayPartition'], '<a-n:a>');
  add('hash', encodingFunctions['States.Hash'], '<s-s:s>');
  add('uuid', numberFunctions['States.UUID'], '<:s>');
  add('parse', documentFunctions['States.StringToJson'], '<s-:x>');
}

function applyIntrinsic(
  intrinsic: IntrinsicFunction | undefined,
  args: Json[],
  scope: IntrinsicScope,
  meter: Meter,
) {
  const given = args.filter((argument) => argument !== undefined);
  if (intrinsic === undefined || given.length < intrinsic.arity[0]) return undefined;
  try {
    return intrinsic.apply(given, scope);
  } catch (thrown) {
    if (!(thrown instanceof StateError)) throw thrown;
    meter.charge(0); // throws when the function has used up the budget
    throw new JsonataError('D3137', thrown.causeText);
  }
}

let library: ReadonlyMap<string, Native> | undefined;

function libraryFunctions(): ReadonlyMap<string, Native> {
  library ??= new Map(
    libraryNames.map((name): [string, Native] => [name, parseJsonata(`$${name}`).evaluate(null)]),
  );
  return library;
}

/**
 * Wraps a native function so that its work is charged first. The library inspects the number and
 * names of the parameters, so the wrapper keeps them.
 */
function charged(name: string, native: Native, meter: Meter, guard: FunctionGuard): Native {
  const implementation = replacements.get(name) ?? native.implementation;
  function metered(this: unknown, ...args: unknown[]): unknown {
    chargeCall(name, args, meter);
    if (name === 'fromMillis') assertMoment(args[0]);
    const callable = args.map((argument) => toCallable(argument, this));
    const result = callLibrary(name, () => implementation.apply(this, callable));
    const check = (value: unknown): unknown => {
      chargeResult(value, meter);
      guard.isFunction(value);
      return value;
    };
    return isGenerator(result) ? whenDone(result, check) : check(result);
  }
  Object.defineProperty(metered, 'length', { value: native.implementation.length });
  metered.toString = () => native.implementation.toString();
  return { ...native, implementation: metered };
}

/** The library writes `NaN` into the text of a time that no calendar has. */
function assertMoment(millis: unknown): void {
  if (typeof millis !== 'number' || Math.abs(millis) <= millisMax) return;
  throw new JsonataError('D3137', `The number is no time in milliseconds: ${millis}`);
}

/** The last time that a date has, in milliseconds before and after 1970. */
const millisMax = 8.64e15;

/** Gives a function the doubles of exact numbers, before its signature is checked. */
function withDoubleArguments(name: string, native: Native): Native {
  const { implementation, signature } = native;
  function prepared(this: unknown, ...args: unknown[]): unknown {
    return implementation.apply(this, prepareArguments(name, args));
  }
  Object.defineProperty(prepared, 'length', { value: implementation.length });
  prepared.toString = () => implementation.toString();
  return {
    ...native,
    implementation: prepared,
    ...(signature && {
      signature: {
        ...signature,
        validate: (args, context) => {
          const [input] = prepareArguments(name, [context]);
          return signature.validate(prepareArguments(name, args), input);
        },
      },
    }),
  };
}

/** Calls a function of the library, which fails with a fault of JavaScript for some arguments. */
function callLibrary(name: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    if (name === 'formatNumber' && thrown instanceof TypeError) {
      throw new JsonataError(
        'D3086',
        'The sub-picture must not contain a passive character that is preceded by an active ' +
          'character and that is followed by another active character',
      );
    }
    throw new JsonataError('U1001', `The function ${name} failed for these arguments`);
  }
}

function isFault(thrown: unknown): boolean {
  return thrown instanceof TypeError || (thrown instanceof RangeError && !isStackOverflow(thrown));
}

/** Functions that call functions are generators, in the library and here. */
function isGenerator(value: unknown): value is Generator {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value;
}

/** Wraps functions in arguments. The library does so, too, except for calls in tail position. */
function toCallable(argument: unknown, self: unknown): unknown {
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

function* whenDone(work: Generator, check: (value: unknown) => unknown): Generator {
  return check(yield* work);
}

/** Reads an own property; for an array, those of its items. */
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
    throw new JsonataError(
      'T2003',
      'The left side of the range operator (..) must evaluate to an integer',
    );
  }
  if (last !== undefined && !Number.isInteger(last)) {
    throw new JsonataError(
      'T2004',
      'The right side of the range operator (..) must evaluate to an integer',
    );
  }
  if (typeof first !== 'number' || typeof last !== 'number' || first > last) return undefined;
  const length = last - first + 1;
  if (length > lengthMax) {
    throw new JsonataError(
      'D2014',
      `The size of the sequence allocated by the range operator (..) must not exceed ${lengthMax}. Attempted to allocate ${length}.`,
    );
  }
  meter.charge(length / 20);
  return Array.from({ length }, (_, index) => first + index);
}

/** The items that `$range` may create; AWS ends an evaluation near this number. */
const rangeItemsMax = 360_000;

/**
 * `$range(first, last, step)`: the numbers from `first` to `last`, inclusive. Fractions are
 * truncated towards zero. As a sequence of the library, a single number is that number.
 */
function rangeBy(first: unknown, last: unknown, step: unknown, meter: Meter): unknown {
  if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number') {
    return undefined;
  }
  const [start, end, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0) throw new JsonataError('D3137', 'The step of a range must not be 0.');
  const length = Math.max(0, Math.floor((end - start) / by) + 1);
  if (length > rangeItemsMax) {
    throw new JsonataError(
      'U1001',
      'Expression evaluation memory limit exceeded: Check for excessive memory usage',
    );
  }
  meter.charge(length / 20);
  const items = Array.from({ length }, (_, index) => start + index * by);
  return Object.defineProperty(items, 'sequence', { value: true, enumerable: false });
}

function createNow(source: () => RandomAndTime): (this: Focus, ...args: unknown[]) => unknown {
  return function now(...args) {
    const format = this.environment.lookup('fromMillis');
    const picture = args.filter((argument) => argument !== undefined);
    assertPicture(picture[0]);
    return isNative(format) ? format.implementation(source().now(), ...picture) : undefined;
  };
}

function isNative(value: unknown): value is Native {
  return isObject(value) && typeof Reflect.get(value, 'implementation') === 'function';
}

function nextRandom(seed: unknown, source: () => RandomAndTime): number {
  return typeof seed === 'number' ? seededRandom(seed) : source().random();
}

function shuffle(items: unknown, source: () => RandomAndTime): unknown {
  if (!Array.isArray(items)) return undefined;
  const shuffled: unknown[] = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = Math.floor(source().random() * (index + 1));
    [shuffled[index], shuffled[other]] = [shuffled[other], shuffled[index]];
  }
  return shuffled;
}
