/**
 * JSONata as the language of states: `Arguments` → the work → `Output`, with every text of the form
 * `{% … %}` an expression over `$states` and the variables.
 */
import type { Catcher, ChoiceRule, MapState, WaitState } from '../../asl/definition.ts';
import type { Evaluation } from '../../asl/evaluation.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { jsonataIn } from '../../asl/jsonata/jsonata-expression.ts';
import {
  compileJsonataTemplate,
  queryError,
  requireKind,
  unexpectedKind,
} from '../../asl/jsonata/jsonata-template.ts';
import type { Template } from '../../asl/payload-template.ts';
import { parseTimestamp } from '../../asl/timestamp.ts';
import type { Visit } from '../visit.ts';
import { after, badTimestampText } from './json-path-wait.ts';
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

/** The strategy of JSONata. */
export const jsonata: QueryLanguage = Object.freeze({
  name: 'JSONata',
  flow: (fields, place = '') => new JsonataFlow(fields, place),
  rescue,
  integer,
  number,
  text,
  payload: (value, name) => {
    const template = compileJsonataTemplate(value, name);
    return (visit, effective) => template.evaluate(visit.evaluation(effective));
  },
  until,
  items,
  itemInput: ({ ItemSelector }) => {
    if (ItemSelector === undefined) return null;
    const template = compileJsonataTemplate(ItemSelector, 'ItemSelector');
    return (evaluation) => template.evaluate(evaluation);
  },
  condition,
} satisfies QueryLanguage);

class JsonataFlow implements DataFlow {
  readonly #arguments: Template | null;
  readonly #output: Template | null;
  readonly #assign: Template | null;
  /** Pass has no result to speak of. */
  readonly #hasResult: boolean;

  constructor(fields: FlowFields, place: string) {
    this.#arguments = optional(fields.Arguments, `${place}Arguments`);
    this.#output = optional(fields.Output, `${place}Output`);
    this.#assign = optional(fields.Assign, `${place}Assign`);
    this.#hasResult = fields.Type !== 'Pass';
  }

  effective(visit: Visit): Json {
    return visit.input;
  }

  given(visit: Visit, effective: Json, once: () => void): Json {
    if (this.#arguments === null) return effective;
    const given = this.#arguments.evaluate(visit.repeatable(effective, once));
    visit.note('afterArguments', given);
    return given;
  }

  passOn(visit: Visit, effective: Json): Outcome {
    return outcome(this.#output, this.#assign, visit.evaluation(visit.input), effective);
  }

  settle(visit: Visit, result: Json): Outcome {
    if (!this.#hasResult) return this.passOn(visit, result);
    const evaluation = { ...visit.evaluation(visit.input), result };
    return outcome(this.#output, this.#assign, evaluation, result);
  }
}

function optional(template: Json | undefined, field: string): Template | null {
  return template === undefined ? null : compileJsonataTemplate(template, field);
}

function outcome(
  output: Template | null,
  assign: Template | null,
  evaluation: Evaluation,
  otherwise: Json,
): Outcome {
  const assigned = assign?.evaluate(evaluation);
  const value = output === null ? otherwise : output.evaluate(evaluation);
  return isObject(assigned) ? { output: value, assigned } : { output: value };
}

function rescue({ Output, Assign }: Catcher, place: string): ReturnType<QueryLanguage['rescue']> {
  const output = optional(Output, `${place}Output`);
  const assign = optional(Assign, `${place}Assign`);
  return (visit, errorOutput) => {
    const evaluation = { ...visit.evaluation(visit.input), errorOutput };
    return outcome(output, assign, evaluation, errorOutput);
  };
}

function integer({ name, value, least }: IntegerField): Reader<number> | number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const template = compileJsonataTemplate(value, name);
  return (visit, effective) => {
    const found = template.evaluate(visit.evaluation(effective));
    if (typeof found !== 'number' || !Number.isSafeInteger(found)) {
      throw unexpectedKind(value, name, 'integer', found);
    }
    if (found >= least) return found;
    throw queryError(
      `The JSONata expression '${jsonataIn(value) ?? value}' specified for the field '${name}' returned a value ` +
        `outside of its range. Expected a value of at least ${least}, but was ${found}.`,
      name,
    );
  };
}

function number({ name, value }: NumberField): Reader<number> | number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const template = requireKind(value, name, 'number');
  return (visit, effective) => Number(template.evaluate(visit.evaluation(effective)));
}

function text({ name, value }: TextField): Reader<string> | string | undefined {
  if (value === undefined || jsonataIn(value) === undefined) return value;
  const template = requireKind(value, name, 'string');
  return (visit, effective) => String(template.evaluate(visit.evaluation(effective)));
}

function until({ Seconds, Timestamp }: WaitState): Reader<number> {
  if (Timestamp === undefined) {
    const seconds = integer({ name: 'Seconds', value: Seconds, path: undefined, least: 0 }) ?? 0;
    if (typeof seconds === 'number') return ({ turn }) => after(turn.at, seconds);
    return (visit, effective) => after(visit.turn.at, seconds(visit, effective));
  }
  const template = requireKind(Timestamp, 'Timestamp', 'string');
  return (visit, effective) => {
    const found = String(template.evaluate(visit.evaluation(effective)));
    const instant = parseTimestamp(found);
    if (instant === undefined) throw queryError(badTimestampText(found), 'Timestamp');
    return instant;
  };
}

function items({ Items }: MapState): ReturnType<QueryLanguage['items']> {
  if (Items === undefined) {
    return (_, { input }) => {
      if (Array.isArray(input)) return input;
      throw queryError(`Map state input must be an array but was: ${JSON.stringify(input)}`);
    };
  }
  const template = requireKind(Items, 'Items', 'array');
  return (_, evaluation) => {
    const found = template.evaluate(evaluation);
    return Array.isArray(found) ? found : [];
  };
}

function condition(rule: ChoiceRule, place: string): (evaluation: Evaluation) => boolean {
  const Condition = 'Condition' in rule ? (rule.Condition ?? false) : false;
  const { evaluate } = requireKind(Condition, `${place}Condition`, 'boolean');
  return (evaluation) => evaluate(evaluation) === true;
}
