/** The fields of JSONata states, each with the check of its value. */
import { assignTemplate } from './assign.ts';
import { topLevelRule } from './choice-rules.ts';
import {
  anything,
  filledText,
  integer,
  listOf,
  number,
  refuse,
  text,
  timestamp,
  truth,
} from './field-checks.ts';
import { type Check, type FieldTable, objectAt } from './field-table.ts';
import { jsonataOr, jsonataTemplate } from './jsonata-checks.ts';
import { checkMapMode, distributedMapFields, itemProcessor } from './map-mode.ts';
import { catchers, countMax, retriers } from './recovery.ts';
import { branch, checkHeartbeat, type StateRules, successor } from './state-rules.ts';
import { resource } from './task-resource.ts';

const described: FieldTable = { Type: anything, Comment: text, QueryLanguage: anything };
const outgoing: FieldTable = { ...described, Output: jsonataTemplate, Assign: assignTemplate };
const flowing: FieldTable = { ...outgoing, Next: filledText, End: truth };
const recovering: FieldTable = { ...flowing, Retry: retriers, Catch: catchers };
const seconds = jsonataOr(integer(1, countMax));

const credentials: Check = (value, place) => {
  const object = objectAt(value, place);
  if (object === undefined) return;
  if (!Object.hasOwn(object, 'RoleArn')) {
    place.validation.report.schema(
      "The field 'RoleArn' is required but was missing",
      place.location,
    );
  }
  jsonataTemplate(object, place);
};

const items: Check = jsonataOr((value, place) => {
  if (Array.isArray(value)) jsonataTemplate(value, place);
  else refuse(value, place, 'an array or a JSONata expression');
});

/** The rules of every type of state, when its language is JSONata. */
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
      exactlyOne: [successor],
      also: checkHeartbeat,
    },
  ],
  ['Pass', { fields: flowing, exactlyOne: [successor] }],
  [
    'Choice',
    {
      fields: { ...outgoing, Choices: listOf(topLevelRule), Default: filledText },
      required: ['Choices'],
    },
  ],
  [
    'Wait',
    {
      fields: {
        ...flowing,
        Seconds: jsonataOr(integer(0, countMax)),
        Timestamp: jsonataOr(timestamp),
      },
      exactlyOne: [successor, ['Seconds', 'Timestamp']],
    },
  ],
  ['Succeed', { fields: outgoing }],
  ['Fail', { fields: { ...described, Error: jsonataOr(text), Cause: jsonataOr(text) } }],
  [
    'Parallel',
    {
      fields: { ...recovering, Arguments: jsonataTemplate, Branches: listOf(branch) },
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
        Items: items,
        ItemSelector: jsonataTemplate,
        MaxConcurrency: jsonataOr(integer(0)),
        ToleratedFailureCount: jsonataOr(integer(0)),
        ToleratedFailurePercentage: jsonataOr(number(0, 100)),
      },
      exactlyOne: [successor, ['ItemProcessor', 'Iterator']],
      also: checkMapMode,
    },
  ],
  [
    'Message',
    {
      fields: {
        ...recovering,
        CorrelationKey: jsonataOr(filledText),
        CorrelationValue: jsonataTemplate,
        TimeoutSeconds: seconds,
      },
      required: ['CorrelationKey'],
      exactlyOne: [successor],
    },
  ],
]);
