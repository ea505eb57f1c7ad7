/** Pass: hands on its input, a fixed `Result`, or what `Parameters` makes of its input. */
import type { PassState } from '../../asl/definition.ts';
import type { Json } from '../../asl/json.ts';
import { compileDataFlow, type DataFlow, outputOf, select, shape } from '../data-flow.ts';
import type { Step } from '../step.ts';
import type { Visit } from '../visit.ts';

/** A compiled Pass state. */
export interface PassNode {
  readonly type: 'Pass';
  readonly name: string;
  readonly next: string | null;
  readonly flow: DataFlow;
  /** Undefined without a `Result`. */
  readonly result: Json | undefined;
}

/** Compiles a Pass state. */
export function compilePass(name: string, state: PassState): PassNode {
  return {
    type: 'Pass',
    name,
    next: state.Next ?? null,
    flow: compileDataFlow(state),
    result: state.Result,
  };
}

/** Runs it; it never blocks. */
export function runPass(visit: Visit, node: PassNode): Step {
  const { flow } = node;
  const shaped = shape(flow.parameters, visit, select(flow.inputPath, visit, visit.input));
  const result = node.result === undefined ? shaped : node.result;
  return {
    kind: 'finished',
    output: outputOf(flow, visit, visit.input, result),
    next: node.next,
  };
}
