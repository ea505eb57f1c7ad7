/**
 * Checks one state: the allowed fields of its type in its query language, the required ones, and
 * those that exclude each other.
 */
import type { QueryLanguageName } from '../definition.ts';
import type { JsonObject } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';
import { checkAtMostOne, checkExactlyOne, checkFields, type Validation } from './field-table.ts';
import { jsonPathRules } from './json-path-states.ts';
import { jsonataRules } from './jsonata-states.ts';
import { describeValue, type Report } from './report.ts';
import type { StateRules } from './state-rules.ts';

const rulesByLanguage: Readonly<Record<QueryLanguageName, ReadonlyMap<string, StateRules>>> = {
  JSONPath: jsonPathRules,
  JSONata: jsonataRules,
};

/** The types of states, in the order of AWS's message, and Millrace's own. */
const awsTypes = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'];
const allTypes = [...awsTypes, 'Message'];

/** Checks the state at `location`, except for the targets of its transitions. */
export function checkState(state: JsonObject, location: string, validation: Validation): void {
  const { report } = validation;
  const language = resolveLanguage(state, validation.language, location, report);
  const rules = findRules(state, language, location, validation);
  if (rules === undefined) return;
  const inLanguage = language === validation.language ? validation : { ...validation, language };
  checkFields(state, rules.fields, rules.required ?? [], location, inLanguage);
  for (const fields of rules.exactlyOne ?? []) checkExactlyOne(state, fields, location, report);
  for (const fields of rules.atMostOne ?? []) checkAtMostOne(state, fields, location, report);
  rules.additionalCheck?.(state, location, validation);
}

/** Returns the rules of the state's type; if the type is unknown, reports it. */
function findRules(
  state: JsonObject,
  language: QueryLanguageName,
  location: string,
  { report, extensions, language: outer }: Validation,
): StateRules | undefined {
  const { Type: type } = state;
  if (type === undefined) {
    report.schemaError('These fields are required: [Type]', location);
    return undefined;
  }
  const known = extensions ? allTypes : awsTypes;
  const rules = typeof type === 'string' ? rulesByLanguage[language].get(type) : undefined;
  if (rules === undefined || !known.includes(String(type))) {
    const message = `The field 'Type' should have one of these values: [${known.join(', ')}]`;
    report.schemaError(message, childPointer(location, 'Type'), `found ${describeValue(type)}`);
    return undefined;
  }
  // As at AWS, a state whose language is not allowed is reported once, not again for its fields.
  if (language === outer || outer === 'JSONPath') return rules;
  return {
    ...rules,
    fields: { ...rulesByLanguage[outer].get(String(type))?.fields, ...rules.fields },
  };
}

/**
 * Returns the query language of the object at `location`, or `otherwise` when it does not set one.
 * As at AWS, an unknown language is reported and treated as JSONata.
 */
export function resolveLanguage(
  described: JsonObject,
  otherwise: QueryLanguageName,
  location: string,
  report: Report,
): QueryLanguageName {
  const { QueryLanguage: language = otherwise } = described;
  if (language === 'JSONata') return language;
  if (language !== 'JSONPath') {
    const message =
      typeof language === 'string'
        ? 'Value should be one of the following: [JSONPath, JSONata]'
        : 'Expected value of type [STRING]';
    report.schemaError(
      message,
      childPointer(location, 'QueryLanguage'),
      `found ${describeValue(language)}`,
    );
    return 'JSONata';
  }
  if (otherwise === 'JSONata') {
    const message =
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    report.schemaError(message, location);
  }
  return language;
}
