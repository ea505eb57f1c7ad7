/** In which order CloudFormation creates what an assembly holds, pure. */
import { MillraceError } from '../../lib/errors.ts';
import type { Assembly, Resource, Stack } from './assembly.ts';
import { referencesOf } from './references.ts';

/**
 * Every resource after those that it refers to or depends on, stack by stack. Destruction is the
 * reverse. `INVALID_CONFIGURATION` when some wait for each other.
 */
export function creationOrder({ stacks }: Assembly): Resource[] {
  const named = new Map(stacks.map((stack) => [stack.name, stack]));
  return sort(
    stacks,
    ({ name }) => name,
    ({ after }) => after.flatMap((name) => named.get(name) ?? []),
  ).flatMap(orderOfStack);
}

function orderOfStack({ resources }: Stack): Resource[] {
  const named = new Map(resources.map((resource) => [resource.logicalId, resource]));
  return sort(
    resources,
    ({ id }) => id,
    ({ properties, dependsOn }) =>
      [...dependsOn, ...referencesOf(properties)].flatMap((name) => named.get(name) ?? []),
  );
}

/** Depth first: each after `before` of it, and otherwise in the order given. */
function sort<T>(all: readonly T[], nameOf: (one: T) => string, before: (one: T) => T[]): T[] {
  const sorted = new Set<T>();
  const open: T[] = [];
  const visit = (one: T) => {
    if (sorted.has(one)) return;
    if (open.includes(one)) throw circular([...open.slice(open.indexOf(one)), one].map(nameOf));
    open.push(one);
    for (const each of before(one)) visit(each);
    open.pop();
    sorted.add(one);
  };
  for (const one of all) visit(one);
  return [...sorted];
}

function circular(names: readonly string[]): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `cannot deploy: each of these waits for the next: ${names.join(' → ')}; take one reference away`,
    { fields: { resources: names.join(' ') } },
  );
}
