/**
 * Bounds the work of one evaluation by counting, because the language reads no clock: what an
 * expression does is charged in steps, and a step too many ends it.
 */

/** The most steps of one evaluation (ours; a second or so). */
const stepsMax = 1_000_000;

/** The deepest that evaluations may stand in one another (ours; AWS names no figure). */
const depthMax = 500;

/** The longest text, and the longest array, that an evaluation may make on its way (ours). */
export const lengthMax = 1_000_000;

/** How many items, and how many characters, are handled in the time of one step. */
const itemsPerStep = 16;
const charactersPerStep = 256;

/** What ends an evaluation; has the form of JSONata's own errors. */
export class JsonataFault extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Counts for one compiled expression, whose evaluations do not overlap. */
export class Meter {
  #steps = 0;
  #depth = 0;

  /** Begins an evaluation. */
  reset(): void {
    this.#steps = 0;
    this.#depth = 0;
  }

  /** Goes into a part of the expression. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > depthMax) {
      throw new JsonataFault('U1001', `Stack overflow error: more than ${depthMax} levels deep`);
    }
    this.charge(1);
  }

  /** Comes out of a part of the expression. */
  leave(): void {
    this.#depth -= 1;
  }

  /** Adds work that was done, or is about to be. */
  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= stepsMax) return;
    throw new JsonataFault('U1001', `Expression evaluation took more than ${stepsMax} steps`);
  }

  /** Adds the handling of `value`, and refuses one that is too long. */
  weigh(value: unknown): void {
    if (typeof value === 'string') this.#weigh(value.length, charactersPerStep);
    else if (Array.isArray(value)) this.#weigh(value.length, itemsPerStep);
  }

  /** Adds the handling of all that is in `value`, and answers how many values that is. */
  weighDeep(value: unknown): number {
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

  #weigh(length: number, perStep: number): void {
    this.assertLength(length);
    this.charge(Math.floor(length / perStep));
  }

  /** Refuses what would be too long. */
  assertLength(length: number): void {
    if (length <= lengthMax) return;
    throw new JsonataFault('U1001', `A value of the expression is longer than ${lengthMax}`);
  }
}

/** Functions of the language are no documents, and hold themselves. */
function isDocument(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !('_jsonata_lambda' in value) && !('_jsonata_function' in value);
}
