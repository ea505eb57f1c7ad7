/**
 * The interface of the two query languages. A file in `states/` says what a state does; its
 * language decides how the state's data is read, shaped and output. Fields are compiled once for
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

/** Compiles the fields of states in one language. Compiled fields may throw `StateError`. */
export interface QueryLanguage {
  readonly name: QueryLanguageName;
  /**
   * Compiles the data flow of a state, or of a rule of a Choice. `location` is the rule's place in
   * the state (`Choices[0]/`), which failures name.
   */
  compileFlow(fields: FlowFields, location?: string): DataFlow;
  /** Compiles the output, for an error, of the catcher at `location` in the state. */
  compileCatcherOutput(
    catcher: Catcher,
    location: string,
  ): (scope: FieldScope, error: ErrorOutput) => StateOutput;
  /** Compiles a whole number of at least `min`; undefined when the state has neither field. */
  compileInteger(field: IntegerField): Reader<number> | number | undefined;
  /** Compiles any number; undefined when the state has neither field. */
  compileNumber(field: NumberField): Reader<number> | number | undefined;
  /** Compiles a string; undefined when the state has neither field. */
  compileText(field: TextField): Reader<string> | string | undefined;
  /** Compiles a document with expressions in it, from the field `name`. */
  compilePayload(value: Json, name: string): Reader<Json>;
  /** Compiles when a Wait ends, in milliseconds since 1970. */
  compileWaitEnd(state: WaitState): Reader<number>;
  /** Compiles the items of an inline Map. */
  compileItems(state: MapState): (scope: FieldScope, evaluation: Evaluation) => readonly Json[];
  /** Compiles the items of a distributed Map, which may be the members of an object. */
  compileRunItems(
    state: MapState,
  ): (scope: FieldScope, evaluation: Evaluation) => readonly Json[] | JsonObject;
  /**
   * Compiles the input of an iteration, in a scope that has the item; null when it is the item
   * itself.
   */
  compileItemInput(state: MapState): ((evaluation: Evaluation) => Json) | null;
  compileCondition(rule: ChoiceRule, location: string): (evaluation: Evaluation) => boolean;
}

/** The scope that a state's fields are evaluated in: one visit of the state. */
export interface FieldScope {
  /** The state's raw input. */
  readonly input: Json;
  /** Returns the scope of an expression whose `$` is `input`. */
  evaluation(input: Json): Evaluation;
  /**
   * Like `evaluation`, and calls `onVolatile` when an expression uses a random number or the time:
   * evaluated again, it would give another value.
   */
  recomputableEvaluation(input: Json, onVolatile: () => void): Evaluation;
  /** Reports a value between two fields, for tests of single states. */
  inspect(field: InspectionField, value: Json): void;
}

/** The values between a state's fields, in the words of Step Functions' TestState. */
export type InspectionField =
  | 'afterInputPath'
  | 'afterParameters'
  | 'afterArguments'
  | 'result'
  | 'afterResultSelector'
  | 'afterResultPath';

/** Evaluates a field for a state with this effective input. */
export type Reader<Value> = (scope: FieldScope, effective: Json) => Value;

/** A state's data flow fields, in either language. */
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

/** A field that holds a number; in JSONPath, a path under another name may replace it. */
export interface NumberField {
  readonly name: string;
  readonly value: number | string | undefined;
  readonly path: string | undefined;
}

/** A field that holds a whole number. */
export interface IntegerField extends NumberField {
  readonly min: number;
}

/** A field that holds a string; in JSONPath, an expression under another name may replace it. */
export interface TextField {
  readonly name: string;
  readonly value: string | undefined;
  readonly path: string | undefined;
}

/** The error as catchers see it. */
export type ErrorOutput = { readonly Error: string | null; readonly Cause: string | null };

/** The output of a state, and the variables that it sets. */
export interface StateOutput {
  readonly output: Json;
  /** Undefined without an `Assign`. */
  readonly assigned?: JsonObject;
}

/** A state's compiled data flow. */
export interface DataFlow {
  /** Returns the effective input, which the other fields are evaluated on. */
  effectiveInput(scope: FieldScope): Json;
  /**
   * Returns the input of the state's work. Calls `onVolatile` when computing it again would give
   * another value.
   */
  parameters(scope: FieldScope, effective: Json, onVolatile: () => void): Json;
  /** Returns the output of a state that has no result. */
  passThrough(scope: FieldScope, effective: Json): StateOutput;
  /** Returns the output of a state for the result of its work. */
  applyResult(scope: FieldScope, result: Json): StateOutput;
}

/** Returns the value of a field that is either fixed or evaluated. */
export function read<Value>(
  reader: Reader<Value> | Value | undefined,
  scope: FieldScope,
  effective: Json,
): Value | undefined {
  return isReader(reader) ? reader(scope, effective) : reader;
}

function isReader<Value>(reader: Reader<Value> | Value | undefined): reader is Reader<Value> {
  return typeof reader === 'function';
}
