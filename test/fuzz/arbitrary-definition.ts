/**
 * Random definitions with all fields of both query languages: most of them valid, with loops,
 * unusual names and expressions that fail.
 */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import fc from '../support/properties.ts';
import * as expressions from './arbitrary-expression.ts';

type Language = 'JSONPath' | 'JSONata';
type Fields = Readonly<Record<string, fc.Arbitrary<Json>>>;

/** What a state depends on: its graph and its nesting. */
interface StateContext {
  readonly language: Language;
  /** The names of the graph's states. */
  readonly names: readonly string[];
  readonly name: string;
  readonly next: string;
  /** Maximum nesting of Parallel and Map states inside of the state. */
  readonly depth: number;
}

/** A whole definition. */
export const definition: fc.Arbitrary<JsonObject> = fc
  .constantFrom<Language>('JSONPath', 'JSONPath', 'JSONata')
  .chain((language) =>
    fc
      .record(
        { graph: graph(language, 2, ''), TimeoutSeconds: fc.constant(40) },
        { requiredKeys: ['graph'] },
      )
      .map(({ graph: states, ...fields }) => ({ ...states, ...fields, QueryLanguage: language })),
  );

const topNames = ['__proto__', 'constructor', 'toString', 'then', '$', '\ud800'];

function graph(language: Language, depth: number, prefix: string): fc.Arbitrary<JsonObject> {
  return fc.integer({ min: 1, max: prefix === '' ? 5 : 2 }).chain((size) => {
    const all = prefix === '' ? topNames : ['0', '1', '2'].map((index) => `${prefix}.${index}`);
    const names = all.slice(0, size + 1);
    const states = names.slice(1).map((next, index): fc.Arbitrary<[string, JsonObject]> => {
      const name = names[index] ?? '';
      return fc.tuple(fc.constant(name), state({ language, names, name, next, depth }));
    });
    const last: [string, Json] = [names.at(-1) ?? '', { Type: 'Succeed' }];
    return fc
      .tuple(...states)
      .map((drawn) => ({ StartAt: names[0] ?? '', States: Object.fromEntries([...drawn, last]) }));
  });
}

function state(context: StateContext): fc.Arbitrary<JsonObject> {
  const { language } = context;
  return fc.constantFrom<Language>(language, language, 'JSONata').chain((own) => {
    const nesting = context.depth > 0 ? [parallel, map, distributedMap] : [];
    const types = [task, task, pass, choice, wait, message, ...nesting];
    return fc
      .constantFrom(...types)
      .chain((type) => type(own, context))
      .map((fields) => (own === language ? fields : { ...fields, QueryLanguage: own }));
  });
}

const pathOrNull = fc.oneof(expressions.path, fc.constant(null));
const ResultPath = fc.oneof(expressions.referencePath, fc.constant(null));
const variable = fc.constantFrom('x', 'f', '__proto__');

/** The fields of each language, by purpose. */
const fieldsByLanguage = {
  JSONPath: {
    passing: {
      InputPath: pathOrNull,
      OutputPath: pathOrNull,
      Assign: expressions.entries(
        fc.oneof(
          fc.tuple(variable, expressions.oddJson),
          fc.tuple(fc.constantFrom('y.$', 'z.$'), expressions.expression),
        ),
      ),
    },
    given: { Parameters: expressions.template },
    result: { ResultPath, ResultSelector: expressions.template },
  },
  JSONata: {
    passing: {
      Output: expressions.jsonataTemplate,
      Assign: expressions.entries(fc.tuple(variable, expressions.jsonataTemplate)),
    },
    given: { Arguments: expressions.jsonataTemplate },
    result: {},
  },
} as const satisfies Record<Language, Record<string, Fields>>;

const count = fc.integer({ min: 1, max: 30 });
const errors = fc.oneof(
  fc.array(fc.constantFrom('Odd', 'States.Timeout', 'States.TaskFailed', '__proto__'), {
    minLength: 1,
    maxLength: 2,
  }),
  fc.constant<Json>(['States.ALL']),
);
const retrier = some(
  {
    IntervalSeconds: count,
    MaxAttempts: fc.constantFrom(0, 1, 2, 99_999_999),
    BackoffRate: fc.constantFrom(1, 2, 1e308),
    MaxDelaySeconds: fc.constantFrom(31, 31_622_399),
    JitterStrategy: fc.constantFrom('FULL', 'NONE'),
  },
  { ErrorEquals: errors },
);

function recovery(own: Language, { names }: StateContext): Fields {
  const { passing } = fieldsByLanguage[own];
  const fields = own === 'JSONata' ? passing : { ResultPath, Assign: passing.Assign };
  const catcher = some(fields, { ErrorEquals: errors, Next: fc.constantFrom(...names) });
  return {
    Retry: fc.array(retrier, { maxLength: 1 }),
    Catch: fc.array(catcher, { maxLength: 1 }),
  };
}

function task(own: Language, context: StateContext): fc.Arbitrary<JsonObject> {
  const { passing, given, result } = fieldsByLanguage[own];
  const timing: Fields =
    own === 'JSONata'
      ? {
          TimeoutSeconds: expressions.jsonata,
          HeartbeatSeconds: fc.oneof(count, expressions.jsonata),
        }
      : { TimeoutSecondsPath: expressions.readPath, HeartbeatSeconds: count };
  return some(
    {
      ...passing,
      ...given,
      ...result,
      ...timing,
      Credentials: credentials[own],
      ...recovery(own, context),
    },
    { Type: fc.constant('Task'), Resource: resource, Next: fc.constant(context.next) },
  );
}

/** Handlers, and each pattern of calling a service or an activity. */
const resource = fc.constantFrom(
  'work',
  '__proto__',
  'arn:aws:states:::sqs:sendMessage',
  'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:us-east-1:123456789012:activity:a',
);

const role = fc.constant('arn:aws:iam::123456789012:role/a');
const credentials: Readonly<Record<Language, fc.Arbitrary<JsonObject>>> = {
  JSONPath: fc.oneof(
    fc.record({ RoleArn: role }),
    fc.record({ 'RoleArn.$': fc.oneof(fc.constant('States.UUID()'), expressions.expression) }),
  ),
  JSONata: fc.record({
    RoleArn: fc.oneof(role, fc.constant('{% $uuid() %}'), expressions.jsonata),
  }),
};

function message(own: Language, context: StateContext): fc.Arbitrary<JsonObject> {
  const { passing, result } = fieldsByLanguage[own];
  const { definitePath } = expressions;
  const correlation: Fields =
    own === 'JSONata'
      ? { CorrelationValue: jsonataTemplate, TimeoutSeconds: fc.oneof(count, jsonata) }
      : { TimeoutSecondsPath: readPath };
  const value: fc.Arbitrary<JsonObject> =
    own === 'JSONata'
      ? fc.constant({})
      : fc.oneof(
          fc.record({ CorrelationValue: template }),
          fc.record({ CorrelationValuePath: definitePath }),
        );
  const CorrelationKey = own === 'JSONata' ? fc.oneof(fc.constant('k'), jsonata) : fc.constant('k');
  const rest = some(
    { ...passing, ...result, ...correlation, ...recovery(own, context) },
    { Type: fc.constant('Message'), CorrelationKey, Next: fc.constant(context.next) },
  );
  return fc.tuple(rest, value).map(([fields, given]) => ({ ...fields, ...given }));
}

function pass(own: Language, { next }: StateContext): fc.Arbitrary<JsonObject> {
  const { passing, given } = fieldsByLanguage[own];
  const result = own === 'JSONata' ? {} : { ...given, ResultPath, Result: expressions.oddJson };
  return some({ ...passing, ...result }, { Type: fc.constant('Pass'), Next: fc.constant(next) });
}

function wait(own: Language, { next }: StateContext): fc.Arbitrary<JsonObject> {
  const { jsonata, readPath } = expressions;
  const time =
    own === 'JSONata'
      ? fc.oneof(
          fc.record({ Seconds: fc.oneof(count, jsonata) }),
          fc.record({ Timestamp: jsonata }),
        )
      : fc.oneof(
          fc.record({ Seconds: count }),
          fc.record({ SecondsPath: readPath }),
          fc.record({ TimestampPath: readPath }),
        );
  const rest = some(fieldsByLanguage[own].passing, {
    Type: fc.constant('Wait'),
    Next: fc.constant(next),
  });
  return fc.tuple(rest, time).map(([fields, timing]) => ({ ...fields, ...timing }));
}

const test: fc.Arbitrary<JsonObject> = fc
  .tuple(
    expressions.path,
    fc.oneof(
      fc.tuple(
        fc.constantFrom('StringMatches', 'StringEquals', 'TimestampEqualsPath'),
        expressions.path,
      ),
      fc.tuple(fc.constantFrom('NumericLessThan', 'NumericEquals'), fc.constantFrom<Json>(1, -0)),
      fc.tuple(fc.constantFrom('IsPresent', 'IsNull', 'IsTimestamp'), fc.boolean()),
      fc.tuple(fc.constantFrom('StringGreaterThanPath', 'NumericLessThanPath'), expressions.path),
    ),
  )
  .map(([Variable, [operator, value]]): JsonObject => ({ Variable, [operator]: value }));

function choice(own: Language, { names, next }: StateContext): fc.Arbitrary<JsonObject> {
  const { passing } = fieldsByLanguage[own];
  const Next = fc.constantFrom(...names);
  const Condition = fc.oneof(expressions.jsonata, fc.boolean());
  const rule =
    own === 'JSONata'
      ? some(passing, { Condition, Next })
      : fc
          .tuple(test, some({ Assign: passing.Assign }, { Next }))
          .map(([tested, fields]) => ({ ...tested, ...fields }));
  return some(passing, {
    Type: fc.constant('Choice'),
    Choices: fc.array(rule, { minLength: 1, maxLength: 2 }),
    Default: fc.constant(next),
  });
}

function parallel(own: Language, context: StateContext): fc.Arbitrary<JsonObject> {
  const { passing, given, result } = fieldsByLanguage[own];
  const { name, depth, language, next } = context;
  const Branches = fc.tuple(
    graph(language, depth - 1, `${name}/a`),
    graph(language, depth - 1, `${name}/b`),
  );
  return some(
    { ...passing, ...given, ...result, ...recovery(own, context) },
    { Type: fc.constant('Parallel'), Branches, Next: fc.constant(next) },
  );
}

function map(own: Language, context: StateContext): fc.Arbitrary<JsonObject> {
  const { passing, result } = fieldsByLanguage[own];
  const { name, depth, language, next } = context;
  const { jsonata, jsonataTemplate, template, definitePath } = expressions;
  const items: Fields =
    own === 'JSONata'
      ? { Items: jsonata, ItemSelector: jsonataTemplate, MaxConcurrency: jsonata }
      : { ItemsPath: definitePath, ItemSelector: template, MaxConcurrency: fc.nat(2) };
  return some(
    { ...passing, ...result, ...items, ...recovery(own, context) },
    {
      Type: fc.constant('Map'),
      ItemProcessor: graph(language, depth - 1, `${name}/i`),
      Next: fc.constant(next),
    },
  );
}

/** A distributed Map; sometimes its items are in a file. */
function distributedMap(own: Language, context: StateContext): fc.Arbitrary<JsonObject> {
  const Label = context.name.replaceAll(/\W/g, '_');
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
  return fc
    .tuple(map(own, context), some(distributedFields[own], {}))
    .map(([{ ItemProcessor, ...inline }, fields]) => {
      const { ItemsPath, Items, ...unread } = inline;
      const processor = { ProcessorConfig, ...(isObject(ItemProcessor) && ItemProcessor) };
      const given = 'ItemReader' in fields ? unread : inline;
      return { ...given, ...fields, Label, ItemProcessor: processor };
    });
}

const { jsonata, jsonataTemplate, readPath, template } = expressions;
const address: Json = { Bucket: 'b', Key: 'k' };
const reader = { Resource: 'arn:aws:states:::s3:getObject' };
const writer = { Resource: 'arn:aws:states:::s3:putObject' };

const distributedFields: Readonly<Record<Language, Fields>> = {
  JSONPath: {
    ToleratedFailureCountPath: readPath,
    ToleratedFailurePercentagePath: readPath,
    ItemBatcher: some({ BatchInput: template }, { MaxItemsPerBatchPath: readPath }),
    ItemReader: some({ InputType: fc.constant('JSON') }, { MaxItemsPath: readPath }).map(
      (ReaderConfig): Json => ({ ...reader, Parameters: address, ReaderConfig }),
    ),
    ResultWriter: fc.constant({ ...writer, Parameters: { Bucket: 'b' } }),
  },
  JSONata: {
    ToleratedFailureCount: fc.oneof(count, jsonata),
    ToleratedFailurePercentage: jsonata,
    ItemBatcher: some(
      { BatchInput: jsonataTemplate },
      { MaxItemsPerBatch: fc.oneof(count, jsonata) },
    ),
    ItemReader: some({ InputType: fc.constant('JSON') }, { MaxItems: jsonata }).map(
      (ReaderConfig): Json => ({ ...reader, Arguments: address, ReaderConfig }),
    ),
    ResultWriter: jsonataTemplate.map((Bucket): Json => ({ ...writer, Arguments: { Bucket } })),
  },
};

/** An object with the required fields and some of the optional ones. */
function some(optional: Fields, required: Fields): fc.Arbitrary<JsonObject> {
  const names = Object.keys(optional);
  return fc.subarray(names, { maxLength: Math.min(3, names.length) }).chain((chosen) => {
    const fields = chosen.map((name) => [name, optional[name] ?? fc.constant(null)] as const);
    return fc
      .record({ ...required, ...Object.fromEntries(fields) })
      .map((drawn): JsonObject => ({ ...drawn }));
  });
}
