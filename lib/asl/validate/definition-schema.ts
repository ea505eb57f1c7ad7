/**
 * The JSON Schema of definitions, for editors: made from the rules that `validate` checks, so that
 * every valid definition matches. `validate` checks more.
 */
import type { JsonObject } from '../json/json.ts';
import { jsonPathRules } from './json-path-states.ts';
import { jsonataRules } from './jsonata-states.ts';

const text = { type: 'string' };
const texts = { type: 'array', items: text, minItems: 1 };
/** A number, or in JSONata an expression. */
const numberOrExpression = { type: ['number', 'string'] };
const graph = { $ref: '#/definitions/graph' };

/** The schemas of fields; a field that is not here takes any value. */
const fieldSchemas: Readonly<Record<string, JsonObject>> = {
  Comment: text,
  QueryLanguage: { enum: ['JSONPath', 'JSONata'] },
  Next: { type: 'string', minLength: 1, description: 'The state that follows.' },
  End: { const: true, description: 'Ends the machine, the branch or the iteration.' },
  Default: { type: 'string', minLength: 1, description: 'The state when no rule is true.' },
  Resource: {
    type: 'string',
    minLength: 1,
    description: 'The name of a handler, the ARN of a function or an activity, or an integration.',
  },
  Retry: { type: 'array', items: { $ref: '#/definitions/retrier' } },
  Catch: { type: 'array', items: { $ref: '#/definitions/catcher' } },
  TimeoutSeconds: numberOrExpression,
  HeartbeatSeconds: numberOrExpression,
  Seconds: numberOrExpression,
  Timestamp: text,
  Branches: { type: 'array', items: graph, minItems: 1 },
  ItemProcessor: graph,
  Iterator: graph,
  Choices: { type: 'array', items: { type: 'object' }, minItems: 1 },
  MaxConcurrency: numberOrExpression,
  ToleratedFailureCount: numberOrExpression,
  ToleratedFailurePercentage: numberOrExpression,
  InputPath: { type: ['string', 'null'] },
  OutputPath: { type: ['string', 'null'] },
  ResultPath: { type: ['string', 'null'] },
  Label: text,
  Error: text,
  Cause: text,
  CorrelationKey: { type: 'string', description: 'The key that senders of messages use.' },
};

/** Returns the schema, in the draft that editors read. */
export function createDefinitionSchema(): JsonObject {
  const types = [...jsonPathRules.keys()];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A state machine of Amazon States Language, with the additions of Millrace',
    type: 'object',
    required: ['StartAt', 'States'],
    properties: {
      $schema: text,
      ...graphProperties,
      Version: text,
      QueryLanguage: { enum: ['JSONPath', 'JSONata'] },
      TimeoutSeconds: { type: 'integer', minimum: 1 },
    },
    additionalProperties: false,
    definitions: {
      graph: {
        type: 'object',
        required: ['StartAt', 'States'],
        properties: { ...graphProperties, ProcessorConfig: { type: 'object' } },
        additionalProperties: false,
      },
      state: {
        type: 'object',
        required: ['Type'],
        properties: { Type: { enum: types } },
        oneOf: types.map((type) => ({ $ref: `#/definitions/${type}` })),
      },
      ...Object.fromEntries(types.map((type) => [type, stateSchema(type)])),
      ...recoverySchemas,
    },
  };
}

const graphProperties = {
  Comment: text,
  StartAt: { type: 'string', minLength: 1, description: 'The name of the first state.' },
  States: {
    type: 'object',
    minProperties: 1,
    additionalProperties: { $ref: '#/definitions/state' },
  },
};

const recoverySchemas: JsonObject = {
  retrier: {
    type: 'object',
    required: ['ErrorEquals'],
    properties: {
      Comment: text,
      ErrorEquals: texts,
      IntervalSeconds: { type: 'integer', minimum: 1 },
      MaxAttempts: { type: 'integer', minimum: 0 },
      BackoffRate: { type: 'number', minimum: 1 },
      MaxDelaySeconds: { type: 'integer', minimum: 1 },
      JitterStrategy: { enum: ['FULL', 'NONE'] },
    },
    additionalProperties: false,
  },
  catcher: {
    type: 'object',
    required: ['ErrorEquals', 'Next'],
    properties: {
      Comment: text,
      ErrorEquals: texts,
      Next: { type: 'string', minLength: 1 },
      ResultPath: { type: ['string', 'null'] },
      Output: {},
      Assign: { type: 'object' },
    },
    additionalProperties: false,
  },
};

/** A state has the fields of both query languages: the schema does not know which one it is in. */
function stateSchema(type: string): JsonObject {
  const rules = [jsonPathRules.get(type), jsonataRules.get(type)];
  const fields = new Set(rules.flatMap((each) => Object.keys(each?.fields ?? {})));
  const required = rules[0]?.required?.filter((field) => rules[1]?.required?.includes(field));
  return {
    type: 'object',
    properties: Object.fromEntries(
      [...fields].map((field) => [
        field,
        field === 'Type' ? { const: type } : (fieldSchemas[field] ?? {}),
      ]),
    ),
    required: ['Type', ...(required ?? [])],
    additionalProperties: false,
  };
}
