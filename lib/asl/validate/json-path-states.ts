/** The rules of JSONPath states: their fields with the checks of the values. */
import { assignTemplate } from './assign.ts';
import { topLevelRule } from './choice-rules.ts';
import {
  credentials,
  definitePath,
  expression,
  literal,
  literalString,
  objectTemplate,
  path,
  pathOrNull,
  readPath,
  referencePathOrNull,
  template,
} from './expression-checks.ts';
import {
  anyValue,
  integer,
  listOf,
  nonEmptyString,
  number,
  onlyTrue,
  string,
  timestampString,
} from './field-checks.ts';
import type { FieldTable } from './field-table.ts';
import { checkMapMode, distributedMapFields, itemProcessor } from './map-mode.ts';
import { catchers, integerFieldMax, retriers } from './recovery.ts';
import { resource } from './resource-check.ts';
import { branch, checkHeartbeat, type StateRules, successorFields } from './state-rules.ts';

const described: FieldTable = { Type: anyValue, Comment: string, QueryLanguage: anyValue };
const inputOutput: FieldTable = {
  ...described,
  InputPath: pathOrNull,
  OutputPath: pathOrNull,
  Assign: assignTemplate,
};
const continuing: FieldTable = { ...inputOutput, Next: nonEmptyString, End: onlyTrue };
const withResult: FieldTable = {
  ...continuing,
  Parameters: template,
  ResultPath: referencePathOrNull,
};
const resultAndRecovery: FieldTable = {
  ResultSelector: objectTemplate,
  ResultPath: referencePathOrNull,
  Retry: retriers,
  Catch: catchers,
};
const recovering: FieldTable = { ...withResult, ...resultAndRecovery };

/** The rules of JSONPath states, by type. */
export const jsonPathRules: ReadonlyMap<string, StateRules> = new Map<string, StateRules>([
  [
    'Task',
    {
      fields: {
        ...recovering,
        Resource: resource,
        TimeoutSeconds: integer(1, integerFieldMax),
        TimeoutSecondsPath: readPath,
        HeartbeatSeconds: integer(1, integerFieldMax),
        HeartbeatSecondsPath: readPath,
        Credentials: credentials,
      },
      required: ['Resource'],
      exactlyOne: [successorFields],
      atMostOne: [
        ['TimeoutSeconds', 'TimeoutSecondsPath'],
        ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
      ],
      additionalCheck: checkHeartbeat,
    },
  ],
  ['Pass', { fields: { ...withResult, Result: literal }, exactlyOne: [successorFields] }],
  [
    'Choice',
    {
      fields: { ...inputOutput, Choices: listOf(topLevelRule), Default: nonEmptyString },
      required: ['Choices'],
    },
  ],
  [
    'Wait',
    {
      fields: {
        ...continuing,
        Seconds: integer(0, integerFieldMax),
        SecondsPath: readPath,
        Timestamp: timestampString,
        TimestampPath: readPath,
      },
      exactlyOne: [successorFields, ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']],
    },
  ],
  ['Succeed', { fields: inputOutput }],
  [
    'Fail',
    {
      fields: {
        ...described,
        Error: literalString,
        ErrorPath: expression,
        Cause: literalString,
        CausePath: expression,
      },
      atMostOne: [
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
      exactlyOne: [successorFields],
    },
  ],
  [
    'Map',
    {
      fields: {
        ...recovering,
        ItemProcessor: itemProcessor,
        Iterator: itemProcessor,
        ...distributedMapFields,
        ItemsPath: definitePath,
        ItemSelector: template,
        MaxConcurrency: integer(0),
        MaxConcurrencyPath: readPath,
        ToleratedFailureCount: integer(0),
        ToleratedFailureCountPath: readPath,
        ToleratedFailurePercentage: number(0, 100),
        ToleratedFailurePercentagePath: readPath,
      },
      exactlyOne: [successorFields, ['ItemProcessor', 'Iterator']],
      atMostOne: [
        ['ItemSelector', 'Parameters'],
        ['MaxConcurrency', 'MaxConcurrencyPath'],
        ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
        ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
      ],
      additionalCheck: checkMapMode,
    },
  ],
  [
    'Message',
    {
      fields: {
        ...continuing,
        ...resultAndRecovery,
        CorrelationKey: nonEmptyString,
        CorrelationValue: template,
        CorrelationValuePath: path,
        TimeoutSeconds: integer(1, integerFieldMax),
        TimeoutSecondsPath: readPath,
      },
      required: ['CorrelationKey'],
      exactlyOne: [successorFields],
      atMostOne: [
        ['CorrelationValue', 'CorrelationValuePath'],
        ['TimeoutSeconds', 'TimeoutSecondsPath'],
      ],
    },
  ],
]);
