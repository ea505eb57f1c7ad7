/**
 * Checks one state: the fields that its type may have, those it must have, and those that exclude
 * one another.
 */
import type { Json, JsonObject } from '../json.ts';
import { topLevelRule } from './choice-rules.ts';
import {
  credentials,
  definitePath,
  expression,
  objectTemplate,
  pathOrNull,
  referencePath,
  referencePathOrNull,
  template,
} from './expression-checks.ts';
import {
  anything,
  filledText,
  integer,
  listOf,
  number,
  text,
  timestamp,
  truth,
} from './field-checks.ts';
import {
  type Check,
  checkExactlyOne,
  checkFields,
  checkOnlyOne,
  type FieldTable,
  objectAt,
  type Validation,
} from './field-table.ts';
import { itemProcessor } from './item-processor.ts';
import { catchers, countMax, retriers } from './recovery.ts';
import { below, type Report, shown } from './report.ts';

interface StateRules {
  readonly fields: FieldTable;
  readonly required?: readonly string[];
  /** Fields of which one must be there, and only one. */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Fields of which one at most may be there. */
  readonly onlyOne?: readonly (readonly string[])[];
}

const described: FieldTable = { Type: anything, Comment: text, QueryLanguage: anything };
const inputOutput: FieldTable = { ...described, InputPath: pathOrNull, OutputPath: pathOrNull };
const flowing: FieldTable = { ...inputOutput, Next: filledText, End: truth };
const working: FieldTable = {
  ...flowing,
  Parameters: template,
  ResultPath: referencePathOrNull,
};
const recovering: FieldTable = {
  ...working,
  ResultSelector: objectTemplate,
  Retry: retriers,
  Catch: catchers,
};
const successor = ['Next', 'End'];

const branch: Check = (value, place) => {
  const graph = objectAt(value, place);
  if (graph !== undefined) place.validation.checkGraph(graph, place.location);
};

const rules: ReadonlyMap<string, StateRules> = new Map<string, StateRules>([
  [
    'Task',
    {
      fields: {
        ...recovering,
        Resource: filledText,
        TimeoutSeconds: integer(1, countMax),
        TimeoutSecondsPath: referencePath,
        HeartbeatSeconds: integer(1, countMax),
        HeartbeatSecondsPath: referencePath,
        Credentials: credentials,
      },
      required: ['Resource'],
      exactlyOne: [successor],
      onlyOne: [
        ['TimeoutSeconds', 'TimeoutSecondsPath'],
        ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
      ],
    },
  ],
  ['Pass', { fields: { ...working, Result: anything }, exactlyOne: [successor] }],
  [
    'Choice',
    {
      fields: { ...inputOutput, Choices: listOf(topLevelRule), Default: filledText },
      required: ['Choices'],
    },
  ],
  [
    'Wait',
    {
      fields: {
        ...flowing,
        Seconds: integer(0, countMax),
        SecondsPath: referencePath,
        Timestamp: timestamp,
        TimestampPath: referencePath,
      },
      exactlyOne: [successor, ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']],
    },
  ],
  ['Succeed', { fields: inputOutput }],
  [
    'Fail',
    {
      fields: {
        ...described,
        Error: text,
        ErrorPath: expression,
        Cause: text,
        CausePath: expression,
      },
      onlyOne: [
        ['Error', 'ErrorPath'],
        ['Cause', 'CausePath'],
      ],
    },
  ],
  [
    'Parallel',
    {
      fields: { ...recovering, Branches: listOf(branch) },
      required: ['Branches'],
      exactlyOne: [successor],
    },
  ],
  [
    'Map',
    {
      fields: {
        ...recovering,
        ItemProcessor: itemProcessor,
        Iterator: itemProcessor,
        ItemsPath: definitePath,
        ItemSelector: template,
        MaxConcurrency: integer(0),
        MaxConcurrencyPath: referencePath,
        ToleratedFailureCount: integer(0),
        ToleratedFailureCountPath: referencePath,
        ToleratedFailurePercentage: number(0, 100),
        ToleratedFailurePercentagePath: referencePath,
      },
      exactlyOne: [successor, ['ItemProcessor', 'Iterator']],
      onlyOne: [
        ['ItemSelector', 'Parameters'],
        ['MaxConcurrency', 'MaxConcurrencyPath'],
        ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
        ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
      ],
    },
  ],
]);

/** Checks the state that stands at `location`, but for where its transitions lead. */
export function checkState(state: JsonObject, location: string, validation: Validation): void {
  const { report } = validation;
  const { Type: type = null } = state;
  const known = typeof type === 'string' ? rules.get(type) : undefined;
  if (known === undefined) {
    refuseType(state, type, location, report);
    return;
  }
  if (!isJsonPath(state, location, report)) return;
  checkFields(state, known.fields, known.required ?? [], location, validation);
  for (const fields of known.exactlyOne ?? []) checkExactlyOne(state, fields, location, report);
  for (const fields of known.onlyOne ?? []) checkOnlyOne(state, fields, location, report);
  checkHeartbeat(state, location, report);
}

function refuseType(state: JsonObject, type: Json, location: string, report: Report): void {
  if (!Object.hasOwn(state, 'Type')) {
    report.schema('These fields are required: [Type]', location);
    return;
  }
  report.schema(
    `The value for the field 'Type' must be one of ${[...rules.keys()].join(', ')}`,
    below(location, 'Type'),
    `found ${shown(type)}`,
  );
}

/**
 * Whether what stands at `location` is written in JSONPath, the only query language of this
 * version; another is one finding, and what follows from it is not told.
 */
export function isJsonPath(described: JsonObject, location: string, report: Report): boolean {
  const { QueryLanguage: language = 'JSONPath' } = described;
  const at = below(location, 'QueryLanguage');
  if (language === 'JSONata') {
    const message = "QueryLanguage 'JSONata' is not supported yet by this version of Millrace";
    report.error('UNSUPPORTED_FEATURE', message, at);
  } else if (language !== 'JSONPath') {
    const message = "The value for the field 'QueryLanguage' must be JSONPath or JSONata";
    report.schema(message, at, `found ${shown(language)}`);
  }
  return language === 'JSONPath';
}

function checkHeartbeat(state: JsonObject, location: string, report: Report): void {
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = state;
  if (typeof heartbeat !== 'number' || typeof timeout !== 'number' || heartbeat < timeout) return;
  report.schema(
    "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
    below(location, 'HeartbeatSeconds'),
    `found ${heartbeat}, and ${timeout} as the timeout`,
  );
}
