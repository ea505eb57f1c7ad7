/** Creates evaluations for tests. */
import { Budget } from '../../lib/asl/budget.ts';
import type { Evaluation } from '../../lib/asl/evaluation.ts';
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** Creates an evaluation with this data. It repeats the numbers of `random`. */
export function createEvaluation(
  input: Json,
  context: JsonObject = {},
  random: readonly number[] = [0.5],
  variables: JsonObject = {},
): Evaluation {
  let drawn = 0;
  return {
    budget: new Budget(),
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
