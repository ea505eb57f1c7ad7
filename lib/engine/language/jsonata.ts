import type { Catcher, ChoiceRule, MapState, WaitState } from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { extractJsonata } from '../../asl/jsonata/jsonata-expression.ts';
import {
  compileJsonataTemplate,
  compileTypedTemplate,
  queryError,
  unexpectedTypeError,
} from '../../asl/jsonata/jsonata-template.ts';
import type { Template } from '../../asl/payload-template.ts';
import { parseTimestamp } from '../../asl/timestamp.ts';
import { addSeconds, badTimestampText, wholeSeconds } from './json-path-wait.ts';
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
 * JSONata as the query language of a state: `Arguments` → the work → `Output`, where every string
 * of the form `{% … %}` is an expression over `$states` and the variables.
 */
export const jsonata: QueryLanguage = Object.freeze({
  name: 'JSONata',
  compileFlow: (fields, location = '') => new JsonataFlow(fields, location),
  compileCatcherOutput,
  compileInteger,
  compileNumber,
  compileText,
  compilePayload: (value, name) => {
    const template = compileJsonataTemplate(value, name);
    return (scope, effective) => template.evaluate(scope.evaluation(effective));
  },
  compileWaitEnd,
  compileItems,
  compileRunItems,
  compileItemInput: ({ ItemSelector }) => {
    if (ItemSelector === undefined) return null;
    const template = compileJsonataTemplate(ItemSelector, 'ItemSelector');
    return (evaluation) => template.evaluate(evaluation);
  },
  compileCondition,
} satisfies QueryLanguage);

class JsonataFlow implements DataFlow {
  readonly #arguments: Template | null;
  readonly #output: Template | null;
  readonly #assign: Template | null;
  /** False in a Pass, whose fields see no result. */
  readonly #hasResult: boolean;

  constructor(fields: FlowFields, location: string) {
    this.#arguments = optional(fields.Arguments, `${location}Arguments`);
    this.#output = optional(fields.Output, `${location}Output`);
    this.#assign = optional(fields.Assign, `${location}Assign`);
    this.#hasResult = fields.Type !== 'Pass';
  }

  effectiveInput(scope: FieldScope): Json {
    return scope.input;
  }

  parameters(scope: FieldScope, effective: Json, onVolatile: () => void): Json {
    if (this.#arguments === null) return effective;
    const evaluation = scope.recomputableEvaluation(effective, onVolatile);
    const value = this.#arguments.evaluate(evaluation);
    scope.inspect('afterArguments', value);
    return value;
  }

  passThrough(scope: FieldScope, effective: Json): StateOutput {
    return toOutput(this.#output, this.#assign, scope.evaluation(scope.input), effective);
  }

  applyResult(scope: FieldScope, result: Json): StateOutput {
    if (!this.#hasResult) return this.passThrough(scope, result);
    const evaluation = { ...scope.evaluation(scope.input), result };
    return toOutput(this.#output, this.#assign, evaluation, result);
  }
}

function optional(template: Json | undefined, field: string): Template | null {
  return template === undefined ? null : compileJsonataTemplate(template, field);
}

function toOutput(
  output: Template | null,
  assign: Template | null,
  evaluation: Evaluation,
  defaultOutput: Json,
): StateOutput {
  const assigned = assign?.evaluate(evaluation);
  const value = output === null ? defaultOutput : output.evaluate(evaluation);
  return isObject(assigned) ? { output: value, assigned } : { output: value };
}

function compileCatcherOutput(
  { Output, Assign }: Catcher,
  location: string,
): ReturnType<QueryLanguage['compileCatcherOutput']> {
  const output = optional(Output, `${location}Output`);
  const assign = optional(Assign, `${location}Assign`);
  return (scope, errorOutput) => {
    const evaluation = { ...scope.evaluation(scope.input), errorOutput };
    return toOutput(output, assign, evaluation, errorOutput);
  };
}

function compileInteger({ name, value, min }: IntegerField): Reader<number> | number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const template = compileJsonataTemplate(value, name);
  return (scope, effective) => {
    const found = template.evaluate(scope.evaluation(effective));
    if (typeof found !== 'number' || !Number.isSafeInteger(found)) {
      throw unexpectedTypeError(value, name, 'integer', found);
    }
    if (found >= min) return found;
    throw queryError(
      `The JSONata expression '${extractJsonata(value) ?? value}' specified for the field '${name}' returned a value ` +
        `outside of its range. Expected a value of at least ${min}, but was ${found}.`,
      name,
    );
  };
}

function compileNumber({ name, value }: NumberField): Reader<number> | number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const template = compileTypedTemplate(value, name, 'number');
  return (scope, effective) => Number(template.evaluate(scope.evaluation(effective)));
}

function compileText({ name, value }: TextField): Reader<string> | string | undefined {
  if (value === undefined || extractJsonata(value) === undefined) return value;
  const template = compileTypedTemplate(value, name, 'string');
  return (scope, effective) => String(template.evaluate(scope.evaluation(effective)));
}

function compileWaitEnd({ Seconds, Timestamp }: WaitState): Reader<number> {
  if (Timestamp === undefined) {
    const seconds =
      compileInteger({ name: 'Seconds', value: Seconds, path: undefined, min: 0 }) ?? 0;
    if (typeof seconds === 'number') {
      return (scope, effective) => addSeconds(scope.evaluation(effective).now(), seconds);
    }
    return (scope, effective) => {
      const now = scope.evaluation(effective).now();
      return addSeconds(now, seconds(scope, effective));
    };
  }
  const template = compileTypedTemplate(Timestamp, 'Timestamp', 'string');
  return (scope, effective) => {
    const found = String(template.evaluate(scope.evaluation(effective)));
    const instant = parseTimestamp(found);
    if (instant === undefined) throw queryError(badTimestampText(found), 'Timestamp');
    return wholeSeconds(instant);
  };
}

function compileItems({ Items }: MapState): ReturnType<QueryLanguage['compileItems']> {
  if (Items === undefined) {
    return (_, { input }) => {
      if (Array.isArray(input)) return input;
      throw queryError(`Map state input must be an array but was: ${JSON.stringify(input)}`);
    };
  }
  const template = compileTypedTemplate(Items, 'Items', 'array');
  return (_, evaluation) => {
    const found = template.evaluate(evaluation);
    return Array.isArray(found) ? found : [];
  };
}

/** Like {@link compileItems}; an object's members are items, too. */
function compileRunItems(state: MapState): ReturnType<QueryLanguage['compileRunItems']> {
  const list = compileItems(state);
  const { Items } = state;
  const template = Items === undefined ? null : compileJsonataTemplate(Items, 'Items');
  return (scope, evaluation) => {
    const found = template === null ? evaluation.input : template.evaluate(evaluation);
    if (Array.isArray(found) || isObject(found)) return found;
    return list(scope, evaluation);
  };
}

function compileCondition(rule: ChoiceRule, location: string): (evaluation: Evaluation) => boolean {
  const Condition = 'Condition' in rule ? (rule.Condition ?? false) : false;
  const { evaluate } = compileTypedTemplate(Condition, `${location}Condition`, 'boolean');
  return (evaluation) => evaluate(evaluation) === true;
}
