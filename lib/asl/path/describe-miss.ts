/** Explains why a path selects nothing, in the wording of Jayway's JsonPath, which AWS reports. */
import { toDouble } from '../json/exact-number.ts';
import { isObject, type Json } from '../json/json.ts';
import type { PathStep, PathSyntax } from './parse-path.ts';
import { isDefiniteStep, stepInto } from './select-steps.ts';

/** Returns why the path, applied to `document`, selects nothing. */
export function describeMiss({ steps }: PathSyntax, document: Json): string {
  let value: Json = document;
  let walked = '$';
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'keys' && !isObject(value)) {
      return describeFailedStep(steps, at, step, value, walked);
    }
    if (!isDefiniteStep(step)) break;
    const next = stepInto(value, step);
    if (next === undefined) return describeFailedStep(steps, at, step, value, walked);
    value = next;
    walked += formatPathStep(step);
  }
  return `No results for path: ${walked}${steps.slice(countDefiniteSteps(steps)).map(formatPathStep).join('')}`;
}

/** Whether the first step of the path that selects nothing is an index past the end of an array. */
export function isIndexPastEnd({ steps }: PathSyntax, document: Json): boolean {
  let value: Json = document;
  for (const step of steps) {
    if (!isDefiniteStep(step)) return false;
    const next = stepInto(value, step);
    if (next === undefined) return step.kind !== 'key' && Array.isArray(value);
    value = next;
  }
  return false;
}

function describeFailedStep(
  steps: readonly PathStep[],
  at: number,
  step: PathStep,
  value: Json,
  walked: string,
): string {
  const isLeaf = at === steps.length - 1;
  if ((step.kind === 'key' || step.kind === 'keys') && !isObject(value)) {
    return `Expected to find an object with property ${formatPathStep(step)} in path ${walked} but found '${typeName(value)}'.`;
  }
  if (step.kind === 'key' && !isLeaf)
    return `Missing property in path ${walked}${formatPathStep(step)}`;
  return `No results for path: ${walked}${steps.slice(at).map(formatPathStep).join('')}`;
}

/** The number of definite steps at the start of the path. */
function countDefiniteSteps(steps: readonly PathStep[]): number {
  const first = steps.findIndex((step) => !isDefiniteStep(step));
  return first === -1 ? steps.length : first;
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (toDouble(value) !== undefined) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns a step in bracket notation. */
export function formatPathStep(step: PathStep): string {
  switch (step.kind) {
    case 'key':
      return `['${step.key}']`;
    case 'keys':
      return `[${step.keys.map((key) => `'${key}'`).join(', ')}]`;
    case 'index':
      return `[${step.index}]`;
    case 'fromEnd':
      return `[(@.length-${step.offset})]`;
    case 'indexes':
      return `[${step.indexes.join(',')}]`;
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'filter':
      return '[?]';
    case 'descend':
      return '..';
    default:
      return `.${step.name}()`;
  }
}
