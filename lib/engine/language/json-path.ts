import { compileChoiceRule } from '../../asl/choice-rule.ts';
import type { MapState } from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import { compileExpression } from '../../asl/expression.ts';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { compilePath } from '../../asl/path/json-path.ts';
import { compileTemplate, type Template } from '../../asl/payload-template.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import {
  applyTemplate,
  compilePlacement,
  compileSelector,
  type Placement,
  placeResult,
  type Selector,
  select,
} from './json-path-fields.ts';
import { readInteger, readNumber } from './json-path-number.ts';
import { compileWaitEnd } from './json-path-wait.ts';
import type {
  DataFlow,
  FieldScope,
  FlowFields,
  IntegerField,
  NumberField,
  QueryLanguage,
  Reader,
  StateOutput,
  TextField,
} from './query-language.ts';

/**
 * JSONPath as the query language of a state: `InputPath` → `Parameters` → the work →
 * `ResultSelector` → `ResultPath` → `OutputPath`, each absent, null or given; `…Path` fields;
 * variables as `$name`.
 */
export const jsonPath: QueryLanguage = Object.freeze({
  name: 'JSONPath',
  compileFlow: (fields) => new JsonPathFlow(fields),
  compileCatcherOutput: (catcher) => {
    const { ResultPath, Assign } = catcher;
    const placement = compilePlacement(ResultPath);
    const assign = compileAssign(Assign);
    return (scope, error) =>
      toOutput(placeResult(placement, scope.input, error), assign, scope, error);
  },
  compileInteger,
  compileNumber,
  compileText,
  compilePayload: (value) => {
    const template = compileTemplate(value);
    return (scope, effective) => template.evaluate(scope.evaluation(effective));
  },
  compileWaitEnd: compileWaitEnd,
  compileItems: (state) => compileItems(state, isArray),
  compileRunItems: (state) => compileItems(state, isIterable),
  compileItemInput: ({ ItemSelector, Parameters }) => {
    const selector = ItemSelector ?? Parameters;
    if (selector === undefined) return null;
    const template = compileTemplate(selector);
    return (evaluation) => template.evaluate(evaluation);
  },
  compileCondition: compileChoiceRule,
} satisfies QueryLanguage);

class JsonPathFlow implements DataFlow {
  readonly #inputPath: Selector;
  readonly #parameters: Template | null;
  readonly #resultSelector: Template | null;
  readonly #resultPath: Placement;
  readonly #outputPath: Selector;
  readonly #assign: Template | null;

  constructor(fields: FlowFields) {
    const { Parameters, ResultSelector } = fields;
    this.#inputPath = compileSelector(fields.InputPath);
    // In a Map, Parameters is the older name of ItemSelector.
    this.#parameters =
      Parameters === undefined || fields.Type === 'Map' ? null : compileTemplate(Parameters);
    this.#resultSelector = ResultSelector === undefined ? null : compileTemplate(ResultSelector);
    this.#resultPath = compilePlacement(fields.ResultPath);
    this.#outputPath = compileSelector(fields.OutputPath);
    this.#assign = compileAssign(fields.Assign);
  }

  effectiveInput(scope: FieldScope): Json {
    const effective = select(this.#inputPath, scope, scope.input);
    scope.inspect('afterInputPath', effective);
    return effective;
  }

  parameters(scope: FieldScope, effective: Json, onVolatile: () => void): Json {
    const template = this.#parameters;
    const parameters =
      template === null
        ? effective
        : template.evaluate(scope.recomputableEvaluation(effective, onVolatile));
    scope.inspect('afterParameters', parameters);
    return parameters;
  }

  passThrough(scope: FieldScope, effective: Json): StateOutput {
    return toOutput(select(this.#outputPath, scope, effective), this.#assign, scope, effective);
  }

  applyResult(scope: FieldScope, result: Json): StateOutput {
    const selected = applyTemplate(this.#resultSelector, scope, result);
    scope.inspect('afterResultSelector', selected);
    const placed = placeResult(this.#resultPath, scope.input, selected);
    scope.inspect('afterResultPath', placed);
    // In Assign, $ is the unshaped result.
    return toOutput(select(this.#outputPath, scope, placed), this.#assign, scope, result);
  }
}

function compileAssign(assign: FlowFields['Assign']): Template | null {
  return assign === undefined ? null : compileTemplate(assign);
}

function toOutput(
  output: Json,
  assign: Template | null,
  scope: FieldScope,
  document: Json,
): StateOutput {
  if (assign === null) return { output };
  const assigned = assign.evaluate(scope.evaluation(document));
  return isObject(assigned) ? { output, assigned } : { output };
}

function compileInteger({
  name,
  value,
  path,
  min,
}: IntegerField): Reader<number> | number | undefined {
  if (path === undefined) return typeof value === 'number' ? value : undefined;
  const compiled = compilePath(path);
  return (scope, effective) => readInteger(compiled, `${name}Path`, min, scope, effective);
}

function compileNumber({ name, value, path }: NumberField): Reader<number> | number | undefined {
  if (path === undefined) return typeof value === 'number' ? value : undefined;
  const compiled = compilePath(path);
  return (scope, effective) => readNumber(compiled, `${name}Path`, scope, effective);
}

function compileText({ name, value, path }: TextField): Reader<string> | string | undefined {
  if (path === undefined) return value;
  const expression = compileExpression(path, `${name}Path`);
  return (scope, effective) => {
    const found = expression.evaluate(scope.evaluation(effective));
    if (typeof found === 'string') return found;
    throw new StateError(
      ErrorName.runtime,
      `The ${name}Path field must refer to a string: ${path} is ${JSON.stringify(found)}`,
    );
  };
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
const isIterable = (value: Json): value is readonly Json[] | JsonObject =>
  isArray(value) || isObject(value);

function compileItems<Items extends Json>(
  { ItemsPath }: MapState,
  areItems: (value: Json) => value is Items,
): (scope: FieldScope, evaluation: Evaluation) => Items {
  const selector = compileSelector(ItemsPath);
  return (scope, { input }) => {
    const found = select(selector, scope, input);
    if (areItems(found)) return found;
    throw new StateError(
      ErrorName.runtime,
      // AWS writes the context's `$$` as `$` here.
      `Reference path "${(ItemsPath ?? '$').replace(/^\$\$/, '$')}" must point to array.`,
    );
  };
}
