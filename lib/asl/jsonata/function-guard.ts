import { isObject } from '../json/json.ts';
import { JsonataError } from './meter.ts';

/** Types of the nodes that create a function. */
const creators: ReadonlySet<unknown> = new Set(['regex', 'lambda', 'partial', 'transform']);

const generator = Object.getPrototypeOf(function* () {});

/**
 * Distinguishes functions from data while one expression is evaluated. The library recognizes a
 * function by one of its fields, which a document may have, too, and would run what the document
 * contains; it also writes into any value that is called. Therefore only values that the library
 * created are accepted as functions, and nothing else is called.
 */
export class FunctionGuard {
  readonly #created = new WeakSet<object>();
  readonly #called: ReadonlySet<unknown>;

  /** @param called the nodes whose value is called */
  constructor(called: ReadonlySet<unknown>) {
    this.#called = called;
  }

  /**
   * Checks the value of `node`; throws when it is called, or looks like a function, but is none.
   */
  check(node: unknown, value: unknown): void {
    if (isObject(node) && creators.has(node.type) && !('group' in node)) {
      if (typeof value === 'object' || typeof value === 'function') {
        this.#created.add(Object(value));
      }
    } else if (!this.isFunction(value) && value !== undefined && this.#called.has(node)) {
      throw new JsonataError('T1006', 'Attempted to invoke a non-function');
    }
  }

  /** Whether `value` is a function of the language; throws when it only looks like one. */
  isFunction(value: unknown): boolean {
    if (typeof value === 'function') {
      // The library wraps functions that are passed as arguments.
      const isWrapped = Object.getPrototypeOf(value) === generator && Object.hasOwn(value, 'arity');
      if (isWrapped || this.#created.has(value)) return true;
      throw new JsonataError('D1010', 'Attempted to access the Javascript object prototype');
    }
    if (typeof value !== 'object' || value === null) return false;
    if ('_jsonata_lambda' in value && !this.#created.has(value)) throw disguisedDocument();
    if ('_jsonata_function' in value && !isNative(value)) throw disguisedDocument();
    return '_jsonata_lambda' in value || '_jsonata_function' in value;
  }
}

function isNative(value: object): boolean {
  return typeof Reflect.get(value, 'implementation') === 'function';
}

function disguisedDocument(): JsonataError {
  return new JsonataError('U1001', 'Attempted to use a document as a function');
}
