/** The rules of JSONata states: their fields with the checks of the values. */
import { assignTemplate } from './assign.ts';
import { topLevelRule } from './choice-rules.ts';
import {
  anyValue,
  integer,
  listOf,
  nonEmptyString,
  number,
  onlyTrue,
  reportMismatch,
  string,
  timestampString,
} from './field-checks.ts';
import { type Check, type FieldTable, requireObject } from './field-table.ts';
import { jsonataOr, jsonataTemplate } from './jsonata-checks.ts';
import { checkMapMode, distributedMapFields, itemProcessor } from './map-mode.ts';
import { catchers, integerFieldMax, retriers } from './recovery.ts';
import { resource } from './resource-check.ts';
import { branch, checkHeartbeat, type StateRules, successorFields } from './state-rules.ts';

const described: FieldTable = { Type: anyValue, Comment: string, QueryLanguage: anyValue };
const withOutput: FieldTable = { ...described, Output: jsonataTemplate, Assign: assignTemplate };
const continuing: FieldTable = { ...withOutput, Next: nonEmptyString, End: onlyTrue };
const recovering: FieldTable = { ...continuing, Retry: retriers, Catch: catchers };
const seconds = jsonataOr(integer(1, integerFieldMax));

const credentials: Check = (value, context) => {
  const object = requireObject(value, context);
  if (object === undefined) return;
  if (!Object.hasOwn(object, 'RoleArn')) {
    context.validation.report.schemaError(
      "The field 'RoleArn' is required but was missing",
      context.location,
    );
  }
  jsonataTemplate(object, context);
};

const items: Check = jsonataOr((value, context) => {
  if (Array.isArray(value)) jsonataTemplate(value, context);
  else reportMismatch(value, context, 'an array or a JSONata expression');
});

/** The rules of JSONata states, by type. */
export const jsonataRules: ReadonlyMap<string, StateRules> = new Map<string, StateRules>([
  [
    'Task',
    {
      fields: {
        ...recovering,
        Resource: resource,
        Arguments: jsonataTemplate,
        TimeoutSeconds: seconds,
        HeartbeatSeconds: seconds,
        Credentials: credentials,
      },
      required: ['Resource'],
      exactlyOne: [successorFields],
      additionalCheck: checkHeartbeat,
    },
  ],
  ['Pass', { fields: continuing, exactlyOne: [successorFields] }],
  [
    'Choice',
    {
      fields: { ...withOutput, Choices: listOf(topLevelRule), Default: nonEmptyString },
      required: ['Choices'],
    },
  ],
  [
    'Wait',
    {
      fields: {
        ...continuing,
        Seconds: jsonataOr(integer(0, integerFieldMax)),
        Timestamp: jsonataOr(timestampString),
      },
      exactlyOne: [successorFields, ['Seconds', 'Timestamp']],
    },
  ],
  ['Succeed', { fields: withOutput }],
  ['Fail', { fields: { ...described, Error: jsonataOr(string), Cause: jsonataOr(string) } }],
  [
    'Parallel',
    {
      fields: { ...recovering, Arguments: jsonataTemplate, Branches: listOf(branch) },
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
        Items: items,
        ItemSelector: jsonataTemplate,
        MaxConcurrency: jsonataOr(integer(0)),
        ToleratedFailureCount: jsonataOr(integer(0)),
        ToleratedFailurePercentage: jsonataOr(number(0, 100)),
      },
      exactlyOne: [successorFields, ['ItemProcessor', 'Iterator']],
      additionalCheck: checkMapMode,
    },
  ],
  [
    'Message',
    {
      fields: {
        ...recovering,
        CorrelationKey: jsonataOr(nonEmptyString),
        CorrelationValue: jsonataTemplate,
        TimeoutSeconds: seconds,
      },
      required: ['CorrelationKey'],
      exactlyOne: [successorFields],
    },
  ],
]);
