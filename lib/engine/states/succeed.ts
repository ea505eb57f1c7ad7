/** Succeed: ends its graph well, with its input as `InputPath` and `OutputPath` narrow it. */
import type { SucceedState } from '../../asl/definition.ts';
import { compileSelector, type Selector, select } from '../data-flow.ts';
import type { Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Succeed state. */
export interface SucceedNode {
  readonly type: 'Succeed';
  readonly name: string;
  readonly inputPath: Selector;
  readonly outputPath: Selector;
}

/** Compiles a Succeed state. */
export function compileSucceed(name: string, state: SucceedState): SucceedNode {
  return {
    type: 'Succeed',
    name,
    inputPath: compileSelector(state.InputPath),
    outputPath: compileSelector(state.OutputPath),
  };
}

/** Runs it; it never blocks. */
export function runSucceed(visit: Visit, node: SucceedNode): Step {
  const output = select(node.outputPath, visit, select(node.inputPath, visit, visit.input));
  return { kind: 'finished', output, next: null };
}
