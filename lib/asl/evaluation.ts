/**
 * What an expression may see while it is evaluated. Everything in it is plain data or derived from
 * the event.
 */
import type { Json, JsonObject } from './json/json.ts';

/** The scope of one evaluation. */
export interface Evaluation {
  /** The document that `$` means. */
  readonly input: Json;
  /**
   * The document that `$$` means; built when first asked for, because most expressions never ask.
   */
  readonly context: () => JsonObject;
  /**
   * The next number in [0, 1) of the event's own random sequence (`States.UUID`,
   * `States.MathRandom`, jitter).
   */
  readonly random: () => number;
  /** The value of the variable `$name` where the expression stands; undefined when it has none. */
  readonly variable: (name: string) => Json | undefined;
  /** The event's time, in milliseconds since 1970 (`$now`, `$millis`). */
  readonly now: () => number;
  /** `$states.result`, where there is one. */
  readonly result?: Json;
  /** `$states.errorOutput`, where there is one. */
  readonly errorOutput?: Json;
}
