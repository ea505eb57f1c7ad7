/** Limits of one JSONata evaluation, and the error of exceeding them. */

/** Maximum number of steps of one evaluation, about a second; Millrace's own limit. */
const stepsMax = 1_000_000;

/** Maximum depth of nested evaluations. Millrace's own limit; AWS documents none. */
const depthMax = 500;

/** Maximum length of a string or array that an evaluation may create; Millrace's own limit. */
export const lengthMax = 1_000_000;

/** Number of array items, and of characters, that are processed in the time of one step. */
const itemsPerStep = 16;
const charactersPerStep = 256;

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
 * Bounds the work of an evaluation by counting steps, because the language reads no clock. Each
 * compiled expression has one meter; its evaluations do not overlap.
 */
export class Meter {
  #steps = 0;
  #depth = 0;

  /** Starts an evaluation. */
  reset(): void {
    this.#steps = 0;
    this.#depth = 0;
  }

  /** Enters a node of the expression. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > depthMax) {
      throw new JsonataError('U1001', `Stack overflow error: more than ${depthMax} levels deep`);
    }
    this.charge(1);
  }

  /** Leaves a node of the expression. */
  leave(): void {
    this.#depth -= 1;
  }

  /** Adds steps for work that has been done or is about to be done. */
  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= stepsMax) return;
    throw new JsonataError('U1001', `Expression evaluation took more than ${stepsMax} steps`);
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
      this.charge(1);
      if (typeof current === 'string') this.charge(Math.floor(current.length / charactersPerStep));
      else if (isDocument(current)) {
        for (const item of Object.values(current)) open.push(item);
      }
    }
    return count;
  }

  #chargeLength(length: number, perStep: number): void {
    this.assertLength(length);
    this.charge(Math.floor(length / perStep));
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
