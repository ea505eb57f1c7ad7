/**
 * The visit of the state under test: that of the interpreter, with somebody who listens. It keeps
 * the values that the state comes by, and shows the context object that the test gives.
 */
import type { Evaluation } from '../asl/evaluation.ts';
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import type { Branch } from '../engine/snapshot.ts';
import type { Turn } from '../engine/turn.ts';
import { type Frame, type Noted, Visit } from '../engine/visit.ts';
import type { InspectionData } from './request.ts';

/** What has been seen so far. */
export type Seen = { -readonly [what in keyof InspectionData]?: InspectionData[what] };

/** See the head of this file. */
export class InspectedVisit extends Visit {
  readonly seen: Seen = {};
  readonly #given: JsonObject | undefined;

  /** `context` is what `$$` means; undefined for one that is made up. */
  constructor(turn: Turn, frame: Frame, branch: Branch, context: JsonObject | undefined) {
    super(turn, frame, branch);
    this.#given = context;
  }

  override note(what: Noted, value: Json): void {
    this.seen[what] = JSON.stringify(value);
  }

  /** A state that is tested alone has no event to be entered at. */
  override causeOf(what: string): string {
    return what;
  }

  override evaluation(input: Json): Evaluation {
    return this.#shown(super.evaluation(input));
  }

  override itemEvaluation(input: Json, index: number): Evaluation {
    const evaluation = super.itemEvaluation(input, index);
    const { Map: item } = evaluation.context();
    const shown = this.#shown(evaluation);
    return item === undefined
      ? shown
      : { ...shown, context: () => ({ ...shown.context(), Map: item }) };
  }

  #shown(evaluation: Evaluation): Evaluation {
    return { ...evaluation, context: () => this.#given ?? withoutRedrives(evaluation.context()) };
  }
}

/** AWS runs a test as an express execution, which cannot be redriven. */
function withoutRedrives({ Execution, ...rest }: JsonObject): JsonObject {
  if (!isObject(Execution)) return rest;
  const { RedriveCount: _, ...execution } = Execution;
  return { Execution: execution, ...rest };
}
