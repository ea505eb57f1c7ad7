/**
 * Checks one state: the fields that its type may have in its query language, those it must have,
 * and those that exclude one another.
 */
import type { QueryLanguageName } from '../definition.ts';
import type { JsonObject } from '../json/json.ts';
import { checkExactlyOne, checkFields, checkOnlyOne, type Validation } from './field-table.ts';
import { jsonPathRules } from './json-path-states.ts';
import { jsonataRules } from './jsonata-states.ts';
import { below, type Report, shown } from './report.ts';
import type { StateRules } from './state-rules.ts';

const rulesOf: Readonly<Record<QueryLanguageName, ReadonlyMap<string, StateRules>>> = {
  JSONPath: jsonPathRules,
  JSONata: jsonataRules,
};

/** The types of state in the order in which AWS names them, and ours. */
const awsTypes = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'];
const ownTypes = ['Message'];

/** Checks the state that stands at `location`, but for where its transitions lead. */
export function checkState(state: JsonObject, location: string, validation: Validation): void {
  const { report } = validation;
  const language = languageAt(state, validation.language, location, report);
  const rules = rulesFor(state, language, location, validation);
  if (rules === undefined) return;
  checkFields(state, rules.fields, rules.required ?? [], location, { ...validation, language });
  for (const fields of rules.exactlyOne ?? []) checkExactlyOne(state, fields, location, report);
  for (const fields of rules.onlyOne ?? []) checkOnlyOne(state, fields, location, report);
  rules.also?.(state, location, validation);
}

/** The rules of the state's type; undefined, and a finding, when it has none that is known. */
function rulesFor(
  state: JsonObject,
  language: QueryLanguageName,
  location: string,
  { report, extensions, language: outer }: Validation,
): StateRules | undefined {
  const { Type: type } = state;
  if (type === undefined) {
    report.schema('These fields are required: [Type]', location);
    return undefined;
  }
  const known = extensions ? [...awsTypes, ...ownTypes] : awsTypes;
  const rules = typeof type === 'string' ? rulesOf[language].get(type) : undefined;
  if (rules === undefined || !known.includes(String(type))) {
    const message = `The field 'Type' should have one of these values: [${known.join(', ')}]`;
    report.schema(message, below(location, 'Type'), `found ${shown(type)}`);
    return undefined;
  }
  // As at AWS, a state that may not have its language is told that, and not its fields' languages.
  if (language === outer || outer === 'JSONPath') return rules;
  return { ...rules, fields: { ...rulesOf[outer].get(String(type))?.fields, ...rules.fields } };
}

/**
 * The query language of what stands at `location`, `otherwise` when it names none. As at AWS, what
 * is neither of the two is told, and counts as JSONata.
 */
export function languageAt(
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
    report.schema(message, below(location, 'QueryLanguage'), `found ${shown(language)}`);
    return 'JSONata';
  }
  if (otherwise === 'JSONata') {
    const message =
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    report.schema(message, location);
  }
  return language;
}
