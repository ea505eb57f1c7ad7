import type { Budget } from './budget.ts';
import type { Json, JsonObject } from './json/json.ts';

/** The random numbers and the time of an evaluation. Both come from the event. */
export interface RandomAndTime {
  /**
   * Returns the next number in [0, 1) of the event's own random sequence (for `States.UUID`,
   * `States.MathRandom` and jitter).
   */
  readonly random: () => number;
  /** Returns the time of the event, in milliseconds since 1970 (for `$now` and `$millis`). */
  readonly now: () => number;
}

/**
 * The data that an expression can read while it is evaluated: plain data, or derived from the
 * event.
 */
export interface Evaluation extends RandomAndTime {
  /** The work that the state may still do; everything that evaluates spends it. */
  readonly budget: Budget;
  /** The document that `$` refers to. */
  readonly input: Json;
  /** Returns the context object, `$$`. It is built on first use: most expressions never read it. */
  readonly context: () => JsonObject;
  /** Returns the value of the variable `$name` in the scope of the expression, if it has one. */
  readonly variable: (name: string) => Json | undefined;
  /** `$states.result`, in fields that can read it. */
  readonly result?: Json;
  /** `$states.errorOutput`, in fields that can read it. */
  readonly errorOutput?: Json;
}
