/**
 * Choice: goes to the state of the first rule that holds, or to `Default`; without either, it
 * fails.
 */
import type { ChoiceState } from '../../asl/definition.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { FlowFields, QueryLanguage } from '../language/query-language.ts';
import type { ChoiceNode } from '../node.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** Compiles a Choice state. */
export function compileChoice(
  name: string,
  state: ChoiceState,
  language: QueryLanguage,
): ChoiceNode {
  return {
    type: 'Choice',
    name,
    flow: language.compileFlow(state),
    rules: state.Choices.map((rule, index) => ({
      holds: language.compileCondition(rule, `Choices[${index}]/`),
      next: rule.Next,
      flow: language.compileFlow(selectRuleFields(state, rule), `Choices[${index}]/`),
    })),
    defaultNext: state.Default,
  };
}

/** A rule has its own `Assign` and `Output`: those of the state belong to `Default`. */
function selectRuleFields(state: ChoiceState, { Assign, Output }: FlowFields): FlowFields {
  const { Type, InputPath, OutputPath } = state;
  return {
    Type,
    ...(InputPath === undefined ? {} : { InputPath }),
    ...(OutputPath === undefined ? {} : { OutputPath }),
    ...(Assign === undefined ? {} : { Assign }),
    ...(Output === undefined ? {} : { Output }),
  };
}

/** Runs a Choice state, which never blocks. */
export function runChoice(visit: Visit, node: ChoiceNode): Step {
  const effective = node.flow.effectiveInput(visit);
  const evaluation = visit.evaluation(effective);
  const rule = node.rules.find(({ holds }) => holds(evaluation));
  const next = rule === undefined ? node.defaultNext : rule.next;
  if (next === undefined) {
    // AWS documents States.NoChoiceMatched here, but fails with this.
    throw new StateError(
      ErrorName.runtime,
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  return finished((rule ?? node).flow.passThrough(visit, effective), next);
}
