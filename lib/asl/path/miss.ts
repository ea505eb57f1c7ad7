/** Says why a path found nothing, in the words of Jayway's JsonPath, which AWS's causes repeat. */
import { isObject, type Json } from '../json/json.ts';
import type { PathSyntax, Step } from './parse-path.ts';
import { isDefiniteStep, stepInto } from './select-steps.ts';

/** Why the path, applied to `document`, selects nothing. */
export function missOf({ steps }: PathSyntax, document: Json): string {
  let value: Json = document;
  let walked = '$';
  for (const [at, step] of steps.entries()) {
    if (!isDefiniteStep(step)) break;
    const next = stepInto(value, step);
    if (next === undefined) return missAt(steps, at, step, value, walked);
    value = next;
    walked += textOf(step);
  }
  return `No results for path: ${walked}${steps.slice(walkedSteps(steps)).map(textOf).join('')}`;
}

/** Whether the first step of the path that leads nowhere is an index past the end of an array. */
export function isIndexPastEnd({ steps }: PathSyntax, document: Json): boolean {
  let value: Json = document;
  for (const step of steps) {
    if (!isDefiniteStep(step)) return false;
    const next = stepInto(value, step);
    if (next === undefined) return step.kind === 'index' && Array.isArray(value);
    value = next;
  }
  return false;
}

function missAt(
  steps: readonly Step[],
  at: number,
  step: Step,
  value: Json,
  walked: string,
): string {
  const isLeaf = at === steps.length - 1;
  if (step.kind === 'key' && !isObject(value)) {
    return `Expected to find an object with property ['${step.key}'] in path ${walked} but found '${nameOf(value)}'.`;
  }
  if (step.kind === 'key' && !isLeaf) return `Missing property in path ${walked}${textOf(step)}`;
  return `No results for path: ${walked}${steps.slice(at).map(textOf).join('')}`;
}

function walkedSteps(steps: readonly Step[]): number {
  const first = steps.findIndex((step) => !isDefiniteStep(step));
  return first === -1 ? steps.length : first;
}

function nameOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function textOf(step: Step): string {
  switch (step.kind) {
    case 'key':
      return `['${step.key}']`;
    case 'keys':
      return `[${step.keys.map((key) => `'${key}'`).join(',')}]`;
    case 'index':
      return `[${step.index}]`;
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
