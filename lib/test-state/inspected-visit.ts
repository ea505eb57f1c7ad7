import type { Evaluation } from '../asl/evaluation.ts';
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import type { InspectionField } from '../engine/language/query-language.ts';
import type { Branch } from '../engine/snapshot.ts';
import type { TransitionContext } from '../engine/transition-context.ts';
import { type Frame, Visit } from '../engine/visit.ts';
import type { InspectionData } from './request.ts';
import { singleStateName } from './subject.ts';

/** The inspection data collected so far. */
export type MutableInspection = { -readonly [what in keyof InspectionData]?: InspectionData[what] };

/**
 * The visit of the state under test: a visit of the engine that collects the values between fields,
 * and shows the context object of the test.
 */
export class InspectedVisit extends Visit {
  readonly inspection: MutableInspection = {};
  readonly #contextObject: JsonObject | undefined;

  /** `contextObject` is the test's `$$`; undefined for the one of the execution. */
  constructor(
    transition: TransitionContext,
    frame: Frame,
    branch: Branch,
    contextObject: JsonObject | undefined,
  ) {
    super(transition, frame, branch);
    this.#contextObject = contextObject;
  }

  override inspect(field: InspectionField, value: Json): void {
    this.inspection[field] = JSON.stringify(value);
  }

  /** A state that is tested alone has no entered event to name. */
  override describeFailure(reason: string): string {
    return reason;
  }

  override evaluation(input: Json): Evaluation {
    return this.#withTestContext(super.evaluation(input));
  }

  override itemEvaluation(input: Json, index: number): Evaluation {
    const evaluation = super.itemEvaluation(input, index);
    const { Map: item } = evaluation.context();
    const scope = this.#withTestContext(evaluation);
    return item === undefined
      ? scope
      : { ...scope, context: () => ({ ...scope.context(), Map: item }) };
  }

  #withTestContext(evaluation: Evaluation): Evaluation {
    return {
      ...evaluation,
      context: () => this.#contextObject ?? asTested(evaluation.context()),
    };
  }
}

/**
 * AWS runs a test as an express execution, which cannot be redriven, and of which the state is the
 * only one, whatever its name; without a role in the request its ARN is null.
 */
function asTested({ Execution, State, ...rest }: JsonObject): JsonObject {
  const { RedriveCount: _, ...execution } = isObject(Execution) ? Execution : {};
  const state = isObject(State) ? State : {};
  return {
    Execution: {
      ...execution,
      RoleArn: execution.RoleArn || null,
    },
    State: { ...state, Name: singleStateName },
    ...rest,
  };
}
