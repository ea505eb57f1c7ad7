import { MillraceError } from '../../lib/errors.ts';
import type { Assembly, Resource, Stack } from './assembly.ts';
import { findReferences } from './find-references.ts';

/**
 * Sorts the resources of an assembly as CloudFormation creates them: stack by stack, each resource
 * after those that it refers to or depends on. They are deleted in reverse order. Throws
 * INVALID_CONFIGURATION for circular references.
 */
export function creationOrder({ stacks }: Assembly): Resource[] {
  const named = new Map(stacks.map((stack) => [stack.name, stack]));
  return sort(
    stacks,
    ({ name }) => name,
    ({ after }) => after.flatMap((name) => named.get(name) ?? []),
  ).flatMap(stackOrder);
}

function stackOrder({ resources }: Stack): Resource[] {
  const named = new Map(resources.map((resource) => [resource.logicalId, resource]));
  return sort(
    resources,
    ({ id }) => id,
    ({ properties, dependsOn }) =>
      [...dependsOn, ...findReferences(properties)].flatMap((name) => named.get(name) ?? []),
  );
}

/** Sorts depth first: each element after those that `before` returns, else in the given order. */
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
    `cannot deploy a circular reference: ${names.join(' → ')}; remove one of the references`,
    { fields: { resources: names.join(' ') } },
  );
}
