/**
 * Choice: goes to the state of the first rule that holds, or to `Default`; with neither it fails.
 */
import type { ChoiceState } from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import type { DataFlow, FlowFields, QueryLanguage } from '../language/query-language.ts';
import { finished, type Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Choice state. */
export interface ChoiceNode {
  readonly type: 'Choice';
  readonly name: string;
  readonly flow: DataFlow;
  readonly rules: readonly Rule[];
  readonly defaultNext: string | undefined;
}

interface Rule {
  readonly holds: (evaluation: Evaluation) => boolean;
  readonly next: string;
  readonly flow: DataFlow;
}

/** Compiles a Choice state. */
export function compileChoice(
  name: string,
  state: ChoiceState,
  language: QueryLanguage,
): ChoiceNode {
  return {
    type: 'Choice',
    name,
    flow: language.flow(state),
    rules: state.Choices.map((rule, index) => ({
      holds: language.condition(rule, `Choices[${index}]/`),
      next: rule.Next,
      flow: language.flow(fieldsOf(state, rule), `Choices[${index}]/`),
    })),
    defaultNext: state.Default,
  };
}

/** A rule that holds speaks for itself: the state's own `Assign` and `Output` go with `Default`. */
function fieldsOf(state: ChoiceState, { Assign, Output }: FlowFields): FlowFields {
  const { Type, InputPath, OutputPath } = state;
  return {
    Type,
    ...(InputPath === undefined ? {} : { InputPath }),
    ...(OutputPath === undefined ? {} : { OutputPath }),
    ...(Assign === undefined ? {} : { Assign }),
    ...(Output === undefined ? {} : { Output }),
  };
}

/** Runs it; it never blocks. */
export function runChoice(visit: Visit, node: ChoiceNode): Step {
  const effective = node.flow.effective(visit);
  const evaluation = visit.evaluation(effective);
  const rule = node.rules.find(({ holds }) => holds(evaluation));
  const next = rule === undefined ? node.defaultNext : rule.next;
  if (next === undefined) {
    // AWS's documents call this States.NoChoiceMatched; what AWS does is this
    throw new StateError(
      ErrorName.runtime,
      'Failed to transition out of the state. The state does not point to a next state.',
    );
  }
  return finished((rule ?? node).flow.passOn(visit, effective), next);
}
