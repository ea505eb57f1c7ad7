import { cached } from '../bounded-cache.ts';
import type { Evaluation } from '../evaluation.ts';
import { isObject, type Json } from '../json/json.ts';
import { requireBuiltLength } from '../json/json-length.ts';
import { Scanner } from '../scanner.ts';
import { ErrorName, StateError } from '../state-error.ts';
import { describeMiss, formatPathStep, isIndexPastEnd } from './describe-miss.ts';
import { type Leniency, type PathSyntax, parsePath } from './parse-path.ts';
import { findMisplacedKeys, isDefinite, isDefiniteStep, selectSteps } from './select-steps.ts';

/**
 * A compiled path in the syntax of Jayway's JsonPath, which Step Functions uses; for the
 * differences see docs/asl-support.md. Evaluating `$` or a chain of fields does not allocate.
 */
export interface JsonPath {
  readonly text: string;
  /** Whether it selects at most one value: it has no wildcard, slice, union, filter or descent. */
  readonly definite: boolean;
  /**
   * Returns the value of a definite path, or undefined when there is none. Any other path returns
   * an array of its matches. As at AWS the array is also empty when the definite start of the path
   * selects nothing (`$.absent[*]`); the result is undefined when it selects a value of the wrong
   * type (a slice of a string).
   */
  select(evaluation: Evaluation): Json | undefined;
  /** What it uses that is not known to work at AWS. */
  readonly leniencies: ReadonlySet<Leniency>;
  /** Whether a definite path selects nothing because of an index past the end of an array. */
  isPastEnd(evaluation: Evaluation): boolean;
  /**
   * Like `select`, but throws `States.Runtime` with AWS's wording when the path selects nothing.
   */
  require(evaluation: Evaluation): Json;
}

/** Compiles `text`. Throws `INVALID_DEFINITION` when it is not a path. */
export const compilePath: (text: string) => JsonPath = cached((text) => {
  const scanner = new Scanner(text);
  scanner.skipSpace();
  const syntax = parsePath(scanner);
  scanner.skipSpace();
  if (!scanner.done) throw scanner.failure("'.', '[' or the end of the path");
  return toJsonPath(text, syntax);
});

/** Compiles a path that was parsed as part of another expression. */
export function toJsonPath(text: string, syntax: PathSyntax): JsonPath {
  const definite = isDefinite(syntax.steps);
  const select = compileSelection(text, syntax, definite);
  return {
    text,
    definite,
    leniencies: syntax.leniencies,
    select,
    isPastEnd: (evaluation) => {
      const document = findDocument(syntax, evaluation);
      return document !== undefined && isIndexPastEnd(syntax, document);
    },
    require: (evaluation) => {
      const value = select(evaluation);
      if (value !== undefined) return value;
      const document = findDocument(syntax, evaluation);
      const miss =
        document === undefined
          ? `No value was assigned to the variable $${syntax.variable}`
          : describeMiss(syntax, document);
      throw new StateError(ErrorName.runtime, `Invalid path '${text}' : ${miss}`);
    },
  };
}

function findDocument(syntax: PathSyntax, evaluation: Evaluation): Json | undefined {
  switch (syntax.root) {
    case '$$':
      return evaluation.context();
    case 'variable':
      return evaluation.variable(syntax.variable);
    default:
      return evaluation.input;
  }
}

type Select = (evaluation: Evaluation) => Json | undefined;

function compileSelection(text: string, syntax: PathSyntax, definite: boolean): Select {
  const { root, variable, steps } = syntax;
  const misplaced = findMisplacedKeys(steps);
  if (misplaced !== -1) return refuseMisplacedKeys(text, syntax, misplaced);
  const keys = steps.flatMap((step) => (step.kind === 'key' ? [step.key] : []));
  if (keys.length < steps.length) {
    const start = steps.slice(
      0,
      steps.findIndex((step) => !isDefiniteStep(step)),
    );
    // Such a path may select a value several times, or together with values inside of it.
    const mayOverlap = steps.some(({ kind }) => kind === 'descend' || kind === 'indexes');
    return (evaluation) => {
      const document = findDocument(syntax, evaluation);
      if (document === undefined) return undefined;
      const { budget } = evaluation;
      const found = selectSteps(steps, document, document, budget);
      if (Array.isArray(found) && !definite) {
        budget.refer(found.length);
        return mayOverlap ? requireBuiltLength(found, budget) : found;
      }
      if (found !== undefined || definite) return found;
      return selectSteps(start, document, document, budget) === undefined ? [] : undefined;
    };
  }
  const follow = compileFieldChain(keys);
  if (root === 'variable') return (evaluation) => follow(evaluation.variable(variable));
  if (root === '$$') return (evaluation) => follow(evaluation.context());
  if (keys.length === 0) return (evaluation) => evaluation.input;
  return (evaluation) => follow(evaluation.input);
}

/** A step of several names must be the last one: at AWS the state fails when it is reached. */
function refuseMisplacedKeys(text: string, syntax: PathSyntax, at: number): Select {
  const { steps } = syntax;
  return (evaluation) => {
    const document = findDocument(syntax, evaluation);
    if (document === undefined) return undefined;
    const before = selectSteps(steps.slice(0, at), document, document, evaluation.budget);
    if (before === undefined) return undefined;
    throw new StateError(
      ErrorName.runtime,
      `Invalid path '${text}' : Multi properties can only be used as path leafs: ` +
        `$${steps
          .slice(0, at + 1)
          .map(formatPathStep)
          .join('')}`,
    );
  };
}

function compileFieldChain(
  keys: readonly string[],
): (document: Json | undefined) => Json | undefined {
  // Only names that every object inherits (`constructor` …) need the slower check for own
  // properties.
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
