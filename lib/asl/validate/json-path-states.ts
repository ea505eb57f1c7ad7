/** The fields of JSONPath states, each with the check of its value. */
import { assignTemplate } from './assign.ts';
import { topLevelRule } from './choice-rules.ts';
import {
  credentials,
  definitePath,
  expression,
  objectTemplate,
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
import { itemProcessor } from './item-processor.ts';
import { catchers, countMax, retriers } from './recovery.ts';
import { branch, type StateRules, successor } from './state-rules.ts';

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
const recovering: FieldTable = {
  ...working,
  ResultSelector: objectTemplate,
  Retry: retriers,
  Catch: catchers,
};
/** The rules of every type of state, when its language is JSONPath. */
export const jsonPathRules: ReadonlyMap<string, StateRules> = new Map<string, StateRules>([
  [
    'Task',
    {
      fields: {
        ...recovering,
        Resource: filledText,
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
    },
  ],
]);
