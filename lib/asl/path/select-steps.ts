/**
 * Follows the steps of a path through a document. Never mutates it, sees own properties only, and
 * visits a bounded number of values, so that `$..*..*` over a large document fails its state and no
 * more.
 */
import { getOwn, isObject, type Json } from '../json/json.ts';
import { ErrorName, StateError } from '../state-error.ts';
import type { Step } from './parse-path.ts';
import { pathFunctions } from './path-functions.ts';

/**
 * The most values one evaluation of a path may visit, those visited by the filters in it included
 * (ours; a 256 KiB document has 130,000 at most).
 */
const visitsMax = 5_000_000;

/** What is left of `visitsMax`; one for a path and all the paths in its filters. */
export interface Budget {
  visitsLeft: number;
}

/** Takes `visits` from the budget, and fails the state when there are not so many left. */
export function spend(budget: Budget, visits: number): void {
  budget.visitsLeft -= visits;
  if (budget.visitsLeft >= 0) return;
  throw new StateError(
    ErrorName.runtime,
    `A path visited more than the ${visitsMax} values that are supported.`,
  );
}

/** Whether the steps lead to one value at most. */
export function isDefinite(steps: readonly Step[]): boolean {
  return steps.at(-1)?.kind === 'call' || steps.every(isDefiniteStep);
}

/**
 * What `steps` select, from `start`. One value or undefined when they are definite; else the array
 * of matches in document order, undefined only when the definite steps before the first indefinite
 * one lead nowhere. `document` is what `$` means in a filter; `budget` is that of the path around
 * this one, if it stands in a filter.
 */
export function selectSteps(
  steps: readonly Step[],
  start: Json,
  document: Json,
  budget?: Budget,
): Json | undefined {
  const last = steps.at(-1);
  if (last?.kind === 'call') {
    const value = selectSteps(steps.slice(0, -1), start, document, budget);
    if (value === undefined) return undefined;
    if (budget !== undefined && Array.isArray(value)) spend(budget, value.length);
    return pathFunctions.get(last.name)?.(value);
  }
  let value: Json | undefined = start;
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined || value === undefined) break;
    if (!isDefiniteStep(step)) {
      return isFit(step, value) ? matches(steps, at, value, document, budget) : undefined;
    }
    value = stepInto(value, step);
  }
  return value;
}

type DefiniteStep = Extract<Step, { kind: 'key' | 'index' }>;

/** Whether the step leads to one value at most. */
export function isDefiniteStep(step: Step): step is DefiniteStep {
  return step.kind === 'key' || step.kind === 'index';
}

/** The value one definite step further, or undefined. A negative index counts from the end. */
export function stepInto(value: Json, step: DefiniteStep): Json | undefined {
  if (step.kind === 'index') return Array.isArray(value) ? value.at(step.index) : undefined;
  return isObject(value) ? getOwn(value, step.key) : undefined;
}

/**
 * Whether the first indefinite step can be applied at all; some match nothing, others have no
 * match.
 */
function isFit(step: Step, value: Json): boolean {
  if (step.kind === 'slice' || step.kind === 'indexes') return Array.isArray(value);
  if (step.kind === 'keys') return isObject(value);
  if (step.kind === 'filter') return typeof value === 'object' && value !== null;
  return true;
}

interface Search {
  readonly steps: readonly Step[];
  readonly document: Json;
  readonly found: Json[];
  readonly budget: Budget;
}

function matches(
  steps: readonly Step[],
  at: number,
  value: Json,
  document: Json,
  budget: Budget = { visitsLeft: visitsMax },
): Json[] {
  const search: Search = { steps, document, found: [], budget };
  collect(search, at, value);
  return search.found;
}

function collect(search: Search, at: number, value: Json): void {
  const step = search.steps[at];
  if (step === undefined) {
    search.found.push(value);
    return;
  }
  if (step.kind === 'descend') {
    descend(search, at + 1, value);
    return;
  }
  for (const next of candidates(step, value, search)) {
    spend(search.budget, 1);
    collect(search, at + 1, next);
  }
}

/**
 * In document order, a value before what is below it; by its own stack, for documents of any depth.
 */
function descend(search: Search, at: number, start: Json): void {
  const open: Json[] = [start];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    spend(search.budget, 1);
    if (typeof value !== 'object' || value === null) continue;
    collect(search, at, value);
    const children = Object.values(value);
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index];
      if (child !== undefined) open.push(child);
    }
  }
}

function candidates(step: Step, value: Json, search: Search): readonly Json[] {
  switch (step.kind) {
    case 'wildcard':
      return typeof value === 'object' && value !== null ? Object.values(value) : [];
    case 'filter':
      return (Array.isArray(value) ? value : isObject(value) ? [value] : []).filter((item) => {
        spend(search.budget, 1);
        return step.test(item, search.document, search.budget);
      });
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case 'keys':
      return present(step.keys.map((key) => stepInto(value, { kind: 'key', key })));
    case 'indexes':
      return present(step.indexes.map((index) => stepInto(value, { kind: 'index', index })));
    case 'key':
    case 'index':
      return present([stepInto(value, step)]);
    default:
      return [];
  }
}

function present(values: readonly (Json | undefined)[]): Json[] {
  return values.filter((value) => value !== undefined);
}
