/**
 * Paths, compiled once and evaluated often: `$` and a chain of fields cost no allocation. Paths are
 * those of Jayway's JsonPath, which Step Functions uses; see docs/asl-support.md for what differs.
 */
import { cached } from './bounded-cache.ts';
import type { Evaluation } from './evaluation.ts';
import { isObject, type Json } from './json/json.ts';
import { isIndexPastEnd, missOf } from './path/miss.ts';
import { type PathSyntax, parsePath } from './path/parse-path.ts';
import { isDefinite, isDefiniteStep, selectSteps } from './path/select-steps.ts';
import { Scanner } from './scanner.ts';
import { ErrorName, StateError } from './state-error.ts';

/** A compiled path. */
export interface JsonPath {
  readonly text: string;
  /** Whether it leads to one value at most: no wildcard, slice, union, filter or descent in it. */
  readonly definite: boolean;
  /**
   * A definite path's value, undefined when there is none. Any other path's array of matches, empty
   * also when its definite beginning leads nowhere (`$.absent[*]`), as AWS has it; undefined when
   * what stands there is of the wrong kind (a slice of a text).
   */
  select(evaluation: Evaluation): Json | undefined;
  /** Whether a definite path finds nothing because an index in it is past the end of its array. */
  isPastEnd(evaluation: Evaluation): boolean;
  /** As `select`, but nothing found is `States.Runtime`, said in AWS's words. */
  require(evaluation: Evaluation): Json;
}

/** Compiles `text`; one that is not a path is refused with `INVALID_DEFINITION`. */
export const compilePath: (text: string) => JsonPath = cached((text) => {
  const scanner = new Scanner(text);
  const syntax = parsePath(scanner);
  if (!scanner.done) throw scanner.failure("'.', '[' or the end of the path");
  return pathOf(text, syntax);
});

/** The compiled form of a path that was read as a part of something larger. */
export function pathOf(text: string, syntax: PathSyntax): JsonPath {
  const definite = isDefinite(syntax.steps);
  const select = selector(syntax, definite);
  return {
    text,
    definite,
    select,
    isPastEnd: (evaluation) => {
      const document = documentOf(syntax, evaluation);
      return document !== undefined && isIndexPastEnd(syntax, document);
    },
    require: (evaluation) => {
      const value = select(evaluation);
      if (value !== undefined) return value;
      const document = documentOf(syntax, evaluation);
      const miss =
        document === undefined
          ? `No value was assigned to the variable $${syntax.variable}`
          : missOf(syntax, document);
      throw new StateError(ErrorName.runtime, `Invalid path '${text}' : ${miss}`);
    },
  };
}

function documentOf(syntax: PathSyntax, evaluation: Evaluation): Json | undefined {
  switch (syntax.root) {
    case '$$':
      return evaluation.context();
    case 'variable':
      return evaluation.variable(syntax.variable);
    default:
      return evaluation.input;
  }
}

function selector(
  syntax: PathSyntax,
  definite: boolean,
): (evaluation: Evaluation) => Json | undefined {
  const { root, variable, steps } = syntax;
  const keys = steps.flatMap((step) => (step.kind === 'key' ? [step.key] : []));
  if (keys.length < steps.length) {
    const beginning = steps.slice(
      0,
      steps.findIndex((step) => !isDefiniteStep(step)),
    );
    return (evaluation) => {
      const document = documentOf(syntax, evaluation);
      if (document === undefined) return undefined;
      const found = selectSteps(steps, document, document);
      if (found !== undefined || definite) return found;
      return selectSteps(beginning, document, document) === undefined ? [] : undefined;
    };
  }
  const follow = fieldChain(keys);
  if (root === 'variable') return (evaluation) => follow(evaluation.variable(variable));
  if (root === '$$') return (evaluation) => follow(evaluation.context());
  if (keys.length === 0) return (evaluation) => evaluation.input;
  return (evaluation) => follow(evaluation.input);
}

function fieldChain(keys: readonly string[]): (document: Json | undefined) => Json | undefined {
  // Names that every object inherits (`constructor` …) need the costly question; others do not.
  const inherited = keys.some((key) => key in Object.prototype);
  return (document) => {
    let value: Json | undefined = document;
    for (const key of keys) {
      if (!isObject(value)) return undefined;
      if (inherited && !Object.hasOwn(value, key)) return undefined;
      value = value[key];
    }
    return value;
  };
}
