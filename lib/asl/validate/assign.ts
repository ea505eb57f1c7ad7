/** Checks `Assign`: the names of the variables, and their values in either language. */
import { objectTemplate } from './expression-checks.ts';
import { type Check, objectAt } from './field-table.ts';
import { jsonataTemplate } from './jsonata-checks.ts';
import { below } from './report.ts';

/** The longest name of a variable, in characters (AWS's quota). */
const nameLengthMax = 80;

/** Takes the variables that a state sets. */
export const assignTemplate: Check = (value, place) => {
  const { report, language, assign } = place.validation;
  const object = objectAt(value, place);
  if (object === undefined) return;
  for (const key of Object.keys(object)) {
    const name = language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
    const location = below(place.location, key);
    const problem = nameProblem(name);
    if (problem === undefined) assign(name, location);
    else report.schema(problem, location);
  }
  if (language === 'JSONata') jsonataTemplate(object, place);
  else objectTemplate(object, place);
};

function nameProblem(name: string): string | undefined {
  if (name === 'states') return "The variable name 'states' is reserved";
  if (name.length > nameLengthMax) {
    return `A variable's name must have at most ${nameLengthMax} characters`;
  }
  if (/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) return undefined;
  return `'${name}' is not a valid variable name: letters, digits and _, and no digit first`;
}
