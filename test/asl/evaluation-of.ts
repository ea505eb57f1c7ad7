/**
 * An evaluation over a given input, with a context and a sequence of random numbers that are known.
 */
import type { Evaluation } from '../../lib/asl/evaluation.ts';
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** The scope of `input`; `random` repeats its numbers. */
export function evaluationOf(
  input: Json,
  context: JsonObject = {},
  random: readonly number[] = [0.5],
  variables: JsonObject = {},
): Evaluation {
  let drawn = 0;
  return {
    input,
    context: () => context,
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    now: () => 0,
    random: () => {
      const number = random[drawn % random.length] ?? 0;
      drawn += 1;
      return number;
    },
  };
}
