import { canonicalText } from '../../lib/asl/json/canonical-json.ts';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { Resource } from '../template/assembly.ts';
import { creationOrder } from '../template/creation-order.ts';
import { findReferences } from '../template/find-references.ts';
import type { Resolution } from '../template/resolution.ts';
import { replacementRules } from './replacement-rules.ts';

/** What CloudFormation does with a resource when its stack is updated. */
export interface ResourceChange {
  readonly kind: 'create' | 'update' | 'replace' | 'remove';
  /** As in the new template; as in the old one if it is removed. */
  readonly resource: Resource;
  /** As in the old template; null if it is new. */
  readonly before: Resource | null;
  /** The properties that differ. */
  readonly changed: readonly string[];
}

/**
 * Plans an update of the stacks: which resources are created, updated in place, replaced or
 * removed. Creations and updates are in the order in which CloudFormation makes them, and removals
 * after them, in the order of its cleanup.
 */
export function planChange(before: Resolution, after: Resolution): ResourceChange[] {
  const old = new Map(listInOrder(before).map((resource) => [resource.id, resource]));
  const replaced = new Set<string>();
  const changes: ResourceChange[] = [];
  const remaining = listInOrder(after);
  for (const resource of remaining) {
    const change = compareResource(resource, old.get(resource.id) ?? null, replaced);
    if (change === null) continue;
    if (change.kind === 'replace') replaced.add(resource.id);
    changes.push(change);
  }
  const kept = new Set(remaining.map(({ id }) => id));
  const removed = [...old.values()].filter(({ id }) => !kept.has(id)).toReversed();
  return [
    ...changes,
    ...removed.map((resource): ResourceChange => {
      return { kind: 'remove', resource, before: resource, changed: [] };
    }),
  ];
}

/** Lists the resources whose conditions hold, in the order of their creation. */
export function listInOrder(resolution: Resolution): Resource[] {
  return creationOrder(resolution.assembly).filter((each) => resolution.isDeployed(each));
}

function compareResource(
  resource: Resource,
  before: Resource | null,
  replaced: ReadonlySet<string>,
): ResourceChange | null {
  if (before === null) return { kind: 'create', resource, before, changed: [] };
  const changed = listChangedProperties(resource, before, replaced);
  if (changed.length === 0) return null;
  const replacing = replacementRules.get(resource.type)?.replacing ?? [];
  const isReplaced = changed.some((property) => replacing.includes(property));
  return { kind: isReplaced ? 'replace' : 'update', resource, before, changed };
}

/** A property also changes when a resource that it refers to is replaced: names change with it. */
function listChangedProperties(
  { stack, properties }: Resource,
  before: Resource,
  replaced: ReadonlySet<string>,
): string[] {
  const names = new Set([...Object.keys(properties), ...Object.keys(before.properties)]);
  return [...names].filter((name) => {
    if (text(properties, name) !== text(before.properties, name)) return true;
    const references = findReferences(properties[name] ?? null);
    return [...references].some((logicalId) => replaced.has(`${stack}/${logicalId}`));
  });
}

function text(properties: JsonObject, name: string): string {
  const value = properties[name];
  return value === undefined ? '' : canonicalText(value);
}
