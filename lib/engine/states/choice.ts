/**
 * Choice: goes to the state of the first rule that holds, or to `Default`; with neither it fails.
 */
import { compileChoiceRule } from '../../asl/choice-rule.ts';
import type { ChoiceState } from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import { compileSelector, type Selector, select } from '../data-flow.ts';
import type { Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Choice state. */
export interface ChoiceNode {
  readonly type: 'Choice';
  readonly name: string;
  readonly inputPath: Selector;
  readonly outputPath: Selector;
  readonly rules: readonly {
    readonly holds: (evaluation: Evaluation) => boolean;
    readonly next: string;
  }[];
  readonly defaultNext: string | undefined;
}

/** Compiles a Choice state. */
export function compileChoice(name: string, state: ChoiceState): ChoiceNode {
  return {
    type: 'Choice',
    name,
    inputPath: compileSelector(state.InputPath),
    outputPath: compileSelector(state.OutputPath),
    rules: state.Choices.map((rule) => ({ holds: compileChoiceRule(rule), next: rule.Next })),
    defaultNext: state.Default,
  };
}

/** Runs it; it never blocks. */
export function runChoice(visit: Visit, node: ChoiceNode): Step {
  const effective = select(node.inputPath, visit, visit.input);
  const evaluation = visit.evaluation(effective);
  const next = node.rules.find((rule) => rule.holds(evaluation))?.next ?? node.defaultNext;
  if (next === undefined) {
    throw new StateError(
      ErrorName.noChoiceMatched,
      'No choice rule matched the input, and the state has no Default.',
    );
  }
  return { kind: 'finished', output: select(node.outputPath, visit, effective), next };
}
