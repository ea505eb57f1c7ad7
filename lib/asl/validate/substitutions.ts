/**
 * Finds substitutions such as `${ChargeFunctionArn}`, which SAM, CDK and the Serverless framework
 * replace when they deploy: a definition that still has them names nothing that can be called.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { isObject, type Json } from '../json/json.ts';
import { childPointer } from '../json/json-pointer.ts';

/** One place of a substitution. */
export interface Substitution {
  /** What stands between the braces. */
  readonly name: string;
  /** JSON pointer to the text. */
  readonly location: string;
}

/** Returns the substitutions in the texts of a definition, except in comments and expressions. */
export function findSubstitutions(document: Json): Substitution[] {
  const found: Substitution[] = [];
  // A list instead of recursion: a document may be nested deeply.
  const open: [Json, string][] = [[document, '']];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, location] = next;
    if (typeof value === 'string' && !value.startsWith('{%')) {
      for (const [, name = ''] of value.matchAll(/\$\{([A-Za-z0-9_.:-]{1,255})\}/g)) {
        found.push({ name, location });
      }
    }
    if (!Array.isArray(value) && !isObject(value)) continue;
    const members = Object.entries(value).filter(([key]) => key !== 'Comment');
    for (const [key, member] of members.reverse()) {
      open.push([member as Json, childPointer(location, key)]);
    }
  }
  return found;
}

/** Returns the substitutions as warnings of a validation. */
export function findSubstitutionProblems(document: Json): Diagnostic[] {
  return findSubstitutions(document).map(({ name, location }) => ({
    severity: 'WARNING',
    code: 'UNRESOLVED_SUBSTITUTION',
    message: `The substitution \${${name}} is not resolved: it stays as it is written`,
    location,
    detail: 'millrace import resolves what a template says, and --set NAME=VALUE the rest',
  }));
}
