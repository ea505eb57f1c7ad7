/**
 * Evaluates the steps of a path on a document. It never modifies the document, reads own properties
 * only, and spends work for each value that it visits, so that `$..*..*` over a large document
 * fails only its state.
 */
import type { Budget } from '../budget.ts';
import { getOwn, isObject, type Json, setOwn } from '../json/json.ts';
import type { PathStep } from './parse-path.ts';
import { pathFunctions } from './path-functions.ts';

/** Whether the steps select at most one value. */
export function isDefinite(steps: readonly PathStep[]): boolean {
  return (
    steps.at(-1)?.kind === 'call' ||
    steps.every((step, at) => isDefiniteStep(step) || isLastKeys(steps, at))
  );
}

function isLastKeys(steps: readonly PathStep[], at: number): boolean {
  return steps[at]?.kind === 'keys' && at === steps.length - 1;
}

/** Returns the index of a step of several names that is not the last one, or -1. */
export function findMisplacedKeys(steps: readonly PathStep[]): number {
  return steps.findIndex((step, at) => step.kind === 'keys' && at < steps.length - 1);
}

/**
 * Returns the selection of `steps`, starting from `start`. Definite steps select one value or
 * undefined. Other steps select an array of matches in document order, or undefined when the
 * definite steps before the first indefinite one select nothing. `document` is the value of `$` in
 * filters.
 */
export function selectSteps(
  steps: readonly PathStep[],
  start: Json,
  document: Json,
  budget: Budget,
): Json | undefined {
  const last = steps.at(-1);
  if (last?.kind === 'call') {
    const value = selectSteps(steps.slice(0, -1), start, document, budget);
    if (value === undefined) return undefined;
    if (typeof value === 'object') budget.spend(countMembers(value));
    return pathFunctions.get(last.name)?.(value);
  }
  let value: Json | undefined = start;
  for (let at = 0; at < steps.length; at += 1) {
    const step = steps[at];
    if (step === undefined || value === undefined) break;
    if (step.kind === 'keys') {
      budget.spend(step.keys.length);
      return pick(value, step.keys);
    }
    if (!isDefiniteStep(step)) {
      return isApplicable(step, value)
        ? findMatches(steps, at, value, document, budget)
        : undefined;
    }
    value = stepInto(value, step);
  }
  return value;
}

type DefiniteStep = Extract<PathStep, { kind: 'key' | 'index' | 'fromEnd' }>;

/** Whether the step selects at most one value. */
export function isDefiniteStep(step: PathStep): step is DefiniteStep {
  return step.kind === 'key' || step.kind === 'index' || step.kind === 'fromEnd';
}

/**
 * Returns the value that one definite step selects, if any. A negative index counts from the end.
 */
export function stepInto(value: Json, step: DefiniteStep): Json | undefined {
  if (step.kind === 'key') return isObject(value) ? getOwn(value, step.key) : undefined;
  if (!Array.isArray(value)) return undefined;
  return step.kind === 'index' ? value.at(step.index) : value[value.length - step.offset];
}

/** Returns an object of those of the fields that exist; undefined when the value is no object. */
function pick(value: Json, keys: readonly string[]): Json | undefined {
  if (!isObject(value)) return undefined;
  const picked: Record<string, Json> = {};
  for (const key of keys) {
    const field = getOwn(value, key);
    if (field !== undefined) setOwn(picked, key, field);
  }
  return picked;
}

/**
 * Whether the first indefinite step can be applied to the value. If not, the path selects nothing;
 * steps that take any value select an empty array instead.
 */
function isApplicable(step: PathStep, value: Json): boolean {
  if (step.kind === 'slice' || step.kind === 'indexes') return Array.isArray(value);
  if (step.kind === 'filter') return Array.isArray(value) || isObject(value);
  return true;
}

interface Search {
  readonly steps: readonly PathStep[];
  readonly document: Json;
  readonly found: Json[];
  readonly budget: Budget;
}

function findMatches(
  steps: readonly PathStep[],
  at: number,
  value: Json,
  document: Json,
  budget: Budget,
): Json[] {
  const found: Json[] = [];
  collect({ steps, document, found, budget }, at, value);
  return found;
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
    search.budget.spend(1);
    collect(search, at + 1, next);
  }
}

/** Visits values in document order, parents first; not recursive, for documents of any depth. */
function descend(search: Search, at: number, start: Json): void {
  const open: Json[] = [start];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    search.budget.spend(1);
    if (typeof value !== 'object' || value === null) continue;
    if (hasFieldsOf(search.steps[at], value)) collect(search, at, value);
    const children = Object.values(value);
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index];
      if (child !== undefined) open.push(child);
    }
  }
}

/** Whether the value has all the fields that a step of several names selects below any value. */
function hasFieldsOf(step: PathStep | undefined, value: Json): boolean {
  if (step?.kind !== 'keys') return true;
  return isObject(value) && step.keys.every((key) => getOwn(value, key) !== undefined);
}

function candidates(step: PathStep, value: Json, search: Search): readonly Json[] {
  switch (step.kind) {
    case 'wildcard':
      return typeof value === 'object' && value !== null ? Object.values(value) : [];
    case 'filter':
      return (Array.isArray(value) ? value : isObject(value) ? [value] : []).filter((item) => {
        search.budget.spend(1);
        return step.test(item, search.document, search.budget);
      });
    case 'slice':
      return Array.isArray(value) ? slice(value, step, search.budget) : [];
    case 'keys':
      search.budget.spend(step.keys.length);
      return present([pick(value, step.keys)]);
    case 'indexes':
      search.budget.spend(step.indexes.length);
      return present(step.indexes.map((index) => stepInto(value, { kind: 'index', index })));
    case 'key':
    case 'index':
    case 'fromEnd':
      return present([stepInto(value, step)]);
    default:
      return [];
  }
}

function slice(
  items: readonly Json[],
  { from, to }: Extract<PathStep, { kind: 'slice' }>,
  budget: Budget,
): readonly Json[] {
  const selected = items.slice(from, to);
  budget.spend(selected.length / 8);
  return selected;
}

/** The number of items or fields. */
function countMembers(value: Json): number {
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function present(values: readonly (Json | undefined)[]): Json[] {
  return values.filter((value) => value !== undefined);
}
