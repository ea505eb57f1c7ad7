import type { Evaluation } from '../asl/evaluation.ts';
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import type { InspectionField } from '../engine/language/query-language.ts';
import type { Branch } from '../engine/snapshot.ts';
import type { TransitionContext } from '../engine/transition-context.ts';
import { type Frame, Visit } from '../engine/visit.ts';
import type { InspectionData } from './request.ts';

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
      context: () => this.#contextObject ?? withoutRedrives(evaluation.context()),
    };
  }
}

/** AWS runs a test as an express execution, which cannot be redriven. */
function withoutRedrives({ Execution, ...rest }: JsonObject): JsonObject {
  if (!isObject(Execution)) return rest;
  const { RedriveCount: _, ...execution } = Execution;
  return { Execution: execution, ...rest };
}
