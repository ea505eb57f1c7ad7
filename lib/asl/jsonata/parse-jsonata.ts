import jsonata from '#jsonata';
import { PatternMatcher } from './metered-pattern.ts';

/**
 * Parses an expression with the library. Nothing else may call the library: a call without this
 * option would make JavaScript's own engine match the patterns of all expressions.
 */
export function parseJsonata(text: string): jsonata.Expression {
  // The types of this version of the library lack the options.
  return Reflect.apply(jsonata, undefined, [text, { RegexEngine: PatternMatcher }]);
}
