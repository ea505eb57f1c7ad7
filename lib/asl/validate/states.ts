/**
 * Checks one state: the fields that its type may have in its query language, those it must have,
 * and those that exclude one another.
 */
import type { QueryLanguageName } from '../definition.ts';
import type { Json, JsonObject } from '../json.ts';
import { checkExactlyOne, checkFields, checkOnlyOne, type Validation } from './field-table.ts';
import { jsonPathRules } from './json-path-states.ts';
import { jsonataRules } from './jsonata-states.ts';
import { below, type Report, shown } from './report.ts';
import type { StateRules } from './state-rules.ts';

const rulesOf: Readonly<Record<QueryLanguageName, ReadonlyMap<string, StateRules>>> = {
  JSONPath: jsonPathRules,
  JSONata: jsonataRules,
};

/** Checks the state that stands at `location`, but for where its transitions lead. */
export function checkState(state: JsonObject, location: string, validation: Validation): void {
  const { report } = validation;
  const { Type: type = null } = state;
  const known = typeof type === 'string' && jsonPathRules.has(type);
  if (!known) {
    refuseType(state, type, location, report);
    return;
  }
  const language = languageAt(state, validation.language, location, report);
  if (language === undefined) return;
  const rules = rulesOf[language].get(type);
  if (rules === undefined) return;
  checkFields(state, rules.fields, rules.required ?? [], location, { ...validation, language });
  for (const fields of rules.exactlyOne ?? []) checkExactlyOne(state, fields, location, report);
  for (const fields of rules.onlyOne ?? []) checkOnlyOne(state, fields, location, report);
  checkHeartbeat(state, location, report);
}

function refuseType(state: JsonObject, type: Json, location: string, report: Report): void {
  if (!Object.hasOwn(state, 'Type')) {
    report.schema('These fields are required: [Type]', location);
    return;
  }
  report.schema(
    `The value for the field 'Type' must be one of ${[...jsonPathRules.keys()].join(', ')}`,
    below(location, 'Type'),
    `found ${shown(type)}`,
  );
}

/**
 * The query language of what stands at `location`, `otherwise` when it names none; undefined, and a
 * finding, when it may not have the one it names.
 */
export function languageAt(
  described: JsonObject,
  otherwise: QueryLanguageName,
  location: string,
  report: Report,
): QueryLanguageName | undefined {
  const { QueryLanguage: language = otherwise } = described;
  if (language !== 'JSONPath' && language !== 'JSONata') {
    const message = "The value for the field 'QueryLanguage' must be JSONPath or JSONata";
    report.schema(message, below(location, 'QueryLanguage'), `found ${shown(language)}`);
    return undefined;
  }
  if (language === 'JSONata' || otherwise === 'JSONPath') return language;
  const message =
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
  report.schema(message, location);
  return undefined;
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
