/** Checks `Assign`: the names of the variables, and their values in both languages. */

import { childPointer } from '../json/json-pointer.ts';
import { objectTemplate } from './expression-checks.ts';
import { type Check, requireObject } from './field-table.ts';
import { jsonataTemplate } from './jsonata-checks.ts';

/** Maximum length of a variable's name, in characters, as at AWS. */
const nameLengthMax = 80;

/** Accepts the variables that a state assigns. */
export const assignTemplate: Check = (value, context) => {
  const { report, language, recordAssignment } = context.validation;
  const object = requireObject(value, context);
  if (object === undefined) return;
  for (const key of Object.keys(object)) {
    const name = language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
    const location = childPointer(context.location, key);
    const problem = nameProblem(name);
    if (problem === undefined) recordAssignment(name, location);
    else report.schemaError(problem, location);
  }
  if (language === 'JSONata') jsonataTemplate(object, context);
  else objectTemplate(object, context);
};

function nameProblem(name: string): string | undefined {
  if (name === 'states') return "The variable name 'states' is reserved";
  if (name.length > nameLengthMax) {
    return `A variable's name must have at most ${nameLengthMax} characters`;
  }
  if (/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) return undefined;
  return `'${name}' is not a valid variable name: letters, digits and _, and no digit first`;
}
