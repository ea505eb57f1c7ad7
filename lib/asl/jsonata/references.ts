/**
 * Finds what an expression reads from outside of itself. Step Functions evaluates without a context
 * item, so it rejects references to one when a machine is created.
 */
import { isObject } from '../json/json.ts';

/** The references of an expression; each name once, in the order of the text. */
export interface References {
  /** Names at the start of a path: `phone` in `phone.home`, but not in `$x.phone`. */
  readonly topLevel: ReadonlySet<string>;
  /** Whether it reads `$$`. */
  readonly readsRoot: boolean;
  /** The fields of `$states` that it reads by name. */
  readonly statesFields: ReadonlySet<string>;
  /** Local names: parameters, `:=`, `@$name` and `#$name`. */
  readonly bound: ReadonlySet<string>;
}

type Node = Record<string, unknown>;

interface Visit {
  readonly node: unknown;
  /**
   * Whether it is evaluated with the context item of the whole expression, which does not exist.
   */
  readonly isTopLevel: boolean;
}

/** Children that are evaluated with a value of the path as their context item. */
const innerChildren: ReadonlySet<string> = new Set(['stages', 'predicate', 'group', 'terms']);

/** Returns the references in `root`, the unmodified result of the parser. */
export function findExternalReferences(root: unknown): References {
  const found = {
    topLevel: new Set<string>(),
    readsRoot: false,
    statesFields: new Set<string>(),
    bound: new Set<string>(),
  };
  const open: Visit[] = [{ node: root, isTopLevel: true }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { node, isTopLevel } = visit;
    if (typeof node !== 'object' || node === null) continue;
    if (Array.isArray(node)) {
      open.push(...node.map((item: unknown) => ({ node: item, isTopLevel })).reverse());
    } else if (isObject(node)) {
      addReferences(node, isTopLevel, found);
      open.push(...listChildren(node, isTopLevel).reverse());
    }
  }
  return found;
}

function listChildren(node: Node, isTopLevel: boolean): Visit[] {
  if (node.type === 'path' && Array.isArray(node.steps)) {
    const [first, ...later] = node.steps;
    return [
      { node: first, isTopLevel },
      { node: later, isTopLevel: false },
      { node: node.group, isTopLevel: false },
    ];
  }
  const isTransform = node.type === 'transform';
  return Object.entries(node).map(([key, child]) => {
    return { node: child, isTopLevel: isTopLevel && !isTransform && !innerChildren.has(key) };
  });
}

interface Found extends References {
  readonly topLevel: Set<string>;
  readsRoot: boolean;
  readonly statesFields: Set<string>;
  readonly bound: Set<string>;
}

function addReferences(node: Node, isTopLevel: boolean, found: Found): void {
  const { type, value } = node;
  if (isTopLevel && type === 'name' && typeof value === 'string') found.topLevel.add(value);
  if (type === 'variable' && value === '$') found.readsRoot = true;
  if (type === 'path' && Array.isArray(node.steps)) addStatesField(node.steps, found);
  for (const name of localNames(node)) if (typeof name === 'string') found.bound.add(name);
}

function addStatesField([first, second]: readonly unknown[], { statesFields }: Found): void {
  if (!isObject(first) || first.type !== 'variable' || first.value !== 'states') return;
  if (isObject(second) && second.type === 'name' && typeof second.value === 'string') {
    statesFields.add(second.value);
  }
}

function localNames({ type, lhs, arguments: parameters, focus, index }: Node): unknown[] {
  const names = [focus, index];
  if (type === 'bind' && isObject(lhs)) names.push(lhs.value);
  if (type === 'lambda' && Array.isArray(parameters)) {
    names.push(
      ...parameters.map((parameter) => (isObject(parameter) ? parameter.value : undefined)),
    );
  }
  return names;
}
