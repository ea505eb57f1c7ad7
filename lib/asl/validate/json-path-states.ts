/** The fields of JSONPath states, each with the check of its value. */
import { assignTemplate } from './assign.ts';
import { topLevelRule } from './choice-rules.ts';
import {
  credentials,
  definitePath,
  expression,
  literal,
  literalText,
  objectTemplate,
  path,
  pathOrNull,
  readPath,
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
import type { FieldTable } from './field-table.ts';
import { checkMapMode, distributedMapFields, itemProcessor } from './map-mode.ts';
import { catchers, countMax, retriers } from './recovery.ts';
import { branch, checkHeartbeat, type StateRules, successor } from './state-rules.ts';
import { resource } from './task-resource.ts';

const described: FieldTable = { Type: anything, Comment: text, QueryLanguage: anything };
const inputOutput: FieldTable = {
  ...described,
  InputPath: pathOrNull,
  OutputPath: pathOrNull,
  Assign: assignTemplate,
};
const flowing: FieldTable = { ...inputOutput, Next: filledText, End: truth };
const working: FieldTable = {
  ...flowing,
  Parameters: template,
  ResultPath: referencePathOrNull,
};
const settling: FieldTable = {
  ResultSelector: objectTemplate,
  ResultPath: referencePathOrNull,
  Retry: retriers,
  Catch: catchers,
};
const recovering: FieldTable = { ...working, ...settling };

/** The rules of every type of state, when its language is JSONPath. */
export const jsonPathRules: ReadonlyMap<string, StateRules> = new Map<string, StateRules>([
  [
    'Task',
    {
      fields: {
        ...recovering,
        Resource: resource,
        TimeoutSeconds: integer(1, countMax),
        TimeoutSecondsPath: readPath,
        HeartbeatSeconds: integer(1, countMax),
        HeartbeatSecondsPath: readPath,
        Credentials: credentials,
      },
      required: ['Resource'],
      exactlyOne: [successor],
      onlyOne: [
        ['TimeoutSeconds', 'TimeoutSecondsPath'],
        ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
      ],
      also: checkHeartbeat,
    },
  ],
  ['Pass', { fields: { ...working, Result: literal }, exactlyOne: [successor] }],
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
        SecondsPath: readPath,
        Timestamp: timestamp,
        TimestampPath: readPath,
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
        Error: literalText,
        ErrorPath: expression,
        Cause: literalText,
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
      exactlyOne: [successor, ['ItemProcessor', 'Iterator']],
      onlyOne: [
        ['ItemSelector', 'Parameters'],
        ['MaxConcurrency', 'MaxConcurrencyPath'],
        ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
        ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
      ],
      also: checkMapMode,
    },
  ],
  [
    'Message',
    {
      fields: {
        ...flowing,
        ...settling,
        CorrelationKey: filledText,
        CorrelationValue: template,
        CorrelationValuePath: path,
        TimeoutSeconds: integer(1, countMax),
        TimeoutSecondsPath: readPath,
      },
      required: ['CorrelationKey'],
      exactlyOne: [successor],
      onlyOne: [
        ['CorrelationValue', 'CorrelationValuePath'],
        ['TimeoutSeconds', 'TimeoutSecondsPath'],
      ],
    },
  ],
]);
