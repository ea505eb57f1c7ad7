/**
 * Keeps functions apart from data. The library knows a function by a field of it, which a document
 * may have as well, and would run what the document says; it also writes into whatever is called.
 * So nothing passes for a function that the library did not make, and nothing else is called.
 */
import { isObject } from '../json/json.ts';
import { JsonataFault } from './meter.ts';

/** The parts of an expression whose value is a function that has just been made. */
const makers: ReadonlySet<unknown> = new Set(['regex', 'lambda', 'partial', 'transform']);

const generator = Object.getPrototypeOf(function* () {});

/** For one compiled expression. */
export class FunctionGuard {
  readonly #made = new WeakSet<object>();
  readonly #called: ReadonlySet<unknown>;

  /** `called` are the parts whose value is called. */
  constructor(called: ReadonlySet<unknown>) {
    this.#called = called;
  }

  /** Looks at the value that `part` came to; a fault when it passes for what it is not. */
  check(part: unknown, value: unknown): void {
    if (isObject(part) && makers.has(part.type) && !('group' in part)) {
      if (typeof value === 'object' || typeof value === 'function') this.#made.add(Object(value));
    } else if (!this.isFunction(value) && value !== undefined && this.#called.has(part)) {
      throw new JsonataFault('T1006', 'Attempted to invoke a non-function');
    }
  }

  /** Whether `value` is a function of the language; a fault when it only looks like one. */
  isFunction(value: unknown): boolean {
    if (typeof value === 'function') {
      // what a function is given as an argument is wrapped by the library
      const isWrapped = Object.getPrototypeOf(value) === generator && Object.hasOwn(value, 'arity');
      if (isWrapped || this.#made.has(value)) return true;
      throw new JsonataFault('D1010', 'Attempted to access the Javascript object prototype');
    }
    if (typeof value !== 'object' || value === null) return false;
    if ('_jsonata_lambda' in value && !this.#made.has(value)) throw pretence();
    if ('_jsonata_function' in value && !isNative(value)) throw pretence();
    return '_jsonata_lambda' in value || '_jsonata_function' in value;
  }
}

function isNative(value: object): boolean {
  return typeof Reflect.get(value, 'implementation') === 'function';
}

function pretence(): JsonataFault {
  return new JsonataFault('U1001', 'Attempted to use a document as a function');
}
