/** Limits of one JSONata evaluation, and the error of exceeding them. */
import { Budget } from '../budget.ts';
import { builtCharsMax } from '../json/json-length.ts';

/** Work of one step, which is the evaluation of one node of the expression. */
const workPerStep = 40;

/** Steps of calling a function of the expression, besides those of what it evaluates. */
const stepsPerCall = 2;

/** Maximum depth of nested evaluations. Millrace's own limit; AWS documents none. */
const depthMax = 500;

/** Maximum length of a string or array that an evaluation may create; Millrace's own limit. */
export const lengthMax = 1_000_000;

/** What is processed in the time of one step: items and characters that are read, values copied. */
const itemsPerStep = 32;
const charactersPerStep = 2_048;
const valuesPerStep = 8;

/** Number of characters that are written, or looked at one by one, in the time of one step. */
export const writtenPerStep = 400;

/** The error that ends an evaluation, in the format of JSONata's own errors. */
export class JsonataError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether the JavaScript engine threw because calls were nested too deeply. */
export function isStackOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.includes('call stack');
}

/** The error of a result that JSON cannot hold: a function. */
export class UnsupportedResultError extends JsonataError {
  constructor() {
    super('D3137', 'The result is a function, which JSON cannot hold');
  }
}

/**
 * Bounds the work of an evaluation by counting steps, which it takes from the budget of the state.
 * Each compiled expression has one meter; its evaluations do not overlap.
 */
export class Meter {
  #budget = new Budget();
  #depth = 0;
  #resultChars = 0;

  /** The budget of the current evaluation. */
  get budget(): Budget {
    return this.#budget;
  }

  /** Starts an evaluation. */
  reset(budget: Budget): void {
    this.#budget = budget;
    this.#depth = 0;
    this.#resultChars = 0;
  }

  /**
   * Enters a node of the expression.
   * @param isBody whether it is the body of a function, which is called
   */
  enter(isBody: boolean): void {
    this.#depth += 1;
    if (this.#depth > depthMax) {
      throw new JsonataError('U1001', `Stack overflow error: more than ${depthMax} levels deep`);
    }
    this.charge(isBody ? 1 + stepsPerCall : 1);
  }

  /** Leaves a node of the expression. */
  leave(): void {
    this.#depth -= 1;
  }

  /** Adds steps for work that has been done or is about to be done. */
  charge(steps: number): void {
    if (this.#budget.take(steps * workPerStep)) return;
    throw new JsonataError(
      'U1001',
      `Expression evaluation took more than the ${this.#budget.stateWork / workPerStep} steps of one state`,
    );
  }

  /** Adds the steps of `work`, in the units of the budget. */
  chargeWork(work: number): void {
    this.charge(work / workPerStep);
  }

  /** Counts characters of the result; throws when it is longer than an expression may build. */
  chargeResult(characters: number): void {
    this.#resultChars += characters;
    if (this.#resultChars <= builtCharsMax) return;
    throw new JsonataError(
      'U1001',
      `The result of the expression is longer than ${builtCharsMax} characters`,
    );
  }

  /** Adds the steps for processing `value`; throws when it is too long. */
  chargeValue(value: unknown): void {
    if (typeof value === 'string') this.#chargeLength(value.length, charactersPerStep);
    else if (Array.isArray(value)) this.#chargeLength(value.length, itemsPerStep);
  }

  /** Adds the steps for processing `value` and everything in it; returns the number of values. */
  chargeDeep(value: unknown): number {
    const open: unknown[] = [value];
    let count = 0;
    while (open.length > 0) {
      const current = open.pop();
      count += 1;
      this.charge(1 / valuesPerStep);
      if (typeof current === 'string') this.charge(current.length / writtenPerStep);
      else if (isDocument(current)) {
        for (const item of Object.values(current)) open.push(item);
      }
    }
    return count;
  }

  #chargeLength(length: number, perStep: number): void {
    this.assertLength(length);
    this.charge(length / perStep);
  }

  /** Throws when a value of this length would be too long. */
  assertLength(length: number): void {
    if (length <= lengthMax) return;
    throw new JsonataError('U1001', `A value of the expression is longer than ${lengthMax}`);
  }
}

/** Functions are not documents: they contain references to themselves. */
function isDocument(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !('_jsonata_lambda' in value) && !('_jsonata_function' in value);
}
