/**
 * JSONPath as the language of states: `InputPath` → `Parameters` → the work → `ResultSelector` →
 * `ResultPath` → `OutputPath`, each absent, null or given; `…Path` fields; variables as `$name`.
 */
import { compileChoiceRule } from '../../asl/choice-rule.ts';
import type { MapState } from '../../asl/definition.ts';
import { compileExpression } from '../../asl/expression.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { compilePath } from '../../asl/json-path.ts';
import { compileTemplate, type Template } from '../../asl/payload-template.ts';
import { ErrorName, StateError } from '../../asl/state-error.ts';
import {
  compilePlacement,
  compileSelector,
  type Placement,
  place,
  type Selector,
  select,
  shape,
} from '../data-flow.ts';
import { integerAt, numberAt } from '../path-number.ts';
import type { Visit } from '../visit.ts';
import { compileUntil } from './json-path-wait.ts';
import type {
  DataFlow,
  FlowFields,
  IntegerField,
  NumberField,
  Outcome,
  QueryLanguage,
  Reader,
  TextField,
} from './query-language.ts';

/** The strategy of JSONPath. */
export const jsonPath: QueryLanguage = Object.freeze({
  name: 'JSONPath',
  flow: (fields) => new JsonPathFlow(fields),
  rescue: (catcher) => {
    const { ResultPath, Assign } = catcher;
    const placement = compilePlacement(ResultPath);
    const assign = compileAssign(Assign);
    return (visit, error) => outcome(place(placement, visit.input, error), assign, visit, error);
  },
  integer,
  number,
  text,
  payload: (value) => {
    const template = compileTemplate(value);
    return (visit, effective) => template.evaluate(visit.evaluation(effective));
  },
  until: compileUntil,
  items,
  itemInput: ({ ItemSelector, Parameters }) => {
    const selector = ItemSelector ?? Parameters;
    if (selector === undefined) return null;
    const template = compileTemplate(selector);
    return (evaluation) => template.evaluate(evaluation);
  },
  condition: compileChoiceRule,
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
    // in a Map, Parameters is the older spelling of ItemSelector
    this.#parameters =
      Parameters === undefined || fields.Type === 'Map' ? null : compileTemplate(Parameters);
    this.#resultSelector = ResultSelector === undefined ? null : compileTemplate(ResultSelector);
    this.#resultPath = compilePlacement(fields.ResultPath);
    this.#outputPath = compileSelector(fields.OutputPath);
    this.#assign = compileAssign(fields.Assign);
  }

  effective(visit: Visit): Json {
    const effective = select(this.#inputPath, visit, visit.input);
    visit.note('afterInputPath', effective);
    return effective;
  }

  given(visit: Visit, effective: Json, once: () => void): Json {
    const template = this.#parameters;
    const given =
      template === null ? effective : template.evaluate(visit.repeatable(effective, once));
    visit.note('afterParameters', given);
    return given;
  }

  passOn(visit: Visit, effective: Json): Outcome {
    return outcome(select(this.#outputPath, visit, effective), this.#assign, visit, effective);
  }

  settle(visit: Visit, result: Json): Outcome {
    const selected = shape(this.#resultSelector, visit, result);
    visit.note('afterResultSelector', selected);
    const placed = place(this.#resultPath, visit.input, selected);
    visit.note('afterResultPath', placed);
    // in Assign, $ is the result as it came
    return outcome(select(this.#outputPath, visit, placed), this.#assign, visit, result);
  }
}

function compileAssign(assign: FlowFields['Assign']): Template | null {
  return assign === undefined ? null : compileTemplate(assign);
}

function outcome(output: Json, assign: Template | null, visit: Visit, document: Json): Outcome {
  if (assign === null) return { output };
  const assigned = assign.evaluate(visit.evaluation(document));
  return isObject(assigned) ? { output, assigned } : { output };
}

function integer({ name, value, path, least }: IntegerField): Reader<number> | number | undefined {
  if (path === undefined) return typeof value === 'number' ? value : undefined;
  const compiled = compilePath(path);
  return (visit, effective) => integerAt(compiled, `${name}Path`, least, visit, effective);
}

function number({ name, value, path }: NumberField): Reader<number> | number | undefined {
  if (path === undefined) return typeof value === 'number' ? value : undefined;
  const compiled = compilePath(path);
  return (visit, effective) => numberAt(compiled, `${name}Path`, visit, effective);
}

function text({ name, value, path }: TextField): Reader<string> | string | undefined {
  if (path === undefined) return value;
  const expression = compileExpression(path, `${name}Path`);
  return (visit, effective) => {
    const found = expression.evaluate(visit.evaluation(effective));
    if (typeof found === 'string') return found;
    throw new StateError(
      ErrorName.runtime,
      `The ${name}Path field must refer to a string: ${path} is ${JSON.stringify(found)}`,
    );
  };
}

function items({ ItemsPath }: MapState): ReturnType<QueryLanguage['items']> {
  const selector = compileSelector(ItemsPath);
  return (visit, { input }) => {
    const found = select(selector, visit, input);
    if (Array.isArray(found)) return found;
    throw new StateError(
      ErrorName.runtime,
      // AWS writes the context's `$$` as `$` here.
      `Reference path "${(ItemsPath ?? '$').replace(/^\$\$/, '$')}" must point to array.`,
    );
  };
}
