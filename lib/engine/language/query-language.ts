/**
 * The seam between the machine and the two query languages. A state's file says what the state
 * does; how its data is read, shaped and put out is a strategy of its language, compiled once for
 * each state.
 */
import type {
  Catcher,
  ChoiceRule,
  MapState,
  QueryLanguageName,
  WaitState,
} from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import type { Json, JsonObject } from '../../asl/json/json.ts';
import type { Visit } from '../visit.ts';

/** What one of the two languages makes of a state's fields. Every reader may throw `StateError`. */
export interface QueryLanguage {
  readonly name: QueryLanguageName;
  /**
   * The way of data through a state, or through a rule of a Choice, whose place in the state
   * (`Choices[0]/`) failures name.
   */
  flow(fields: FlowFields, place?: string): DataFlow;
  /** What a catcher, which stands at `place` in the state, puts out for an error. */
  rescue(catcher: Catcher, place: string): (visit: Visit, error: ErrorOutput) => Outcome;
  /** A whole number of at least `least`; undefined when the state has neither field. */
  integer(field: IntegerField): Reader<number> | number | undefined;
  /** Any number; undefined when the state has neither field. */
  number(field: NumberField): Reader<number> | number | undefined;
  /** A text; undefined when the state has neither field. */
  text(field: TextField): Reader<string> | string | undefined;
  /** A document with expressions in it, of the field `name`. */
  payload(value: Json, name: string): Reader<Json>;
  /** The instant that a Wait ends, in milliseconds since 1970. */
  until(state: WaitState): Reader<number>;
  /** The items of a Map. */
  items(state: MapState): (visit: Visit, evaluation: Evaluation) => readonly Json[];
  /** The input of an iteration, from a scope that knows the item; null for the item itself. */
  itemInput(state: MapState): ((evaluation: Evaluation) => Json) | null;
  condition(rule: ChoiceRule, place: string): (evaluation: Evaluation) => boolean;
}

/** Reads a field in a visit of the state, whose effective input is given. */
export type Reader<Value> = (visit: Visit, effective: Json) => Value;

/** A state's fields of data flow, in either language. */
export interface FlowFields {
  readonly Type?: string;
  readonly InputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Arguments?: Json;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** A field that holds a number, and in JSONPath may be a path of another name. */
export interface NumberField {
  readonly name: string;
  readonly value: number | string | undefined;
  readonly path: string | undefined;
}

/** A field that holds a whole number. */
export interface IntegerField extends NumberField {
  readonly least: number;
}

/** A field that holds a text, and in JSONPath may be an expression under another name. */
export interface TextField {
  readonly name: string;
  readonly value: string | undefined;
  readonly path: string | undefined;
}

/** What catchers are given. */
export type ErrorOutput = { readonly Error: string; readonly Cause: string };

/** What a state leaves behind. */
export interface Outcome {
  readonly output: Json;
  /** Variables to set; undefined without an `Assign`. */
  readonly assigned?: JsonObject;
}

/** A state's compiled way of data. */
export interface DataFlow {
  /** The effective input: what the other fields look at. */
  effective(visit: Visit): Json;
  /**
   * What the state's work is given. `once` is called when it would be different if it were computed
   * again.
   */
  given(visit: Visit, effective: Json, once: () => void): Json;
  /** What a state without a result leaves behind. */
  passOn(visit: Visit, effective: Json): Outcome;
  /** What a state leaves behind for its result. */
  settle(visit: Visit, result: Json): Outcome;
}

/** The evaluation of a field in a visit; numbers stand for themselves. */
export function read<Value>(
  reader: Reader<Value> | Value | undefined,
  visit: Visit,
  effective: Json,
): Value | undefined {
  return isReader(reader) ? reader(visit, effective) : reader;
}

function isReader<Value>(reader: Reader<Value> | Value | undefined): reader is Reader<Value> {
  return typeof reader === 'function';
}
