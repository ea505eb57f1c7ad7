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
  const open = new OpenNodes();
  open.push(root, true);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { isTopLevel } = open;
    if (Array.isArray(node)) {
      for (let at = node.length - 1; at >= 0; at -= 1) open.push(node[at], isTopLevel);
    } else if (isObject(node)) {
      addReferences(node, isTopLevel, found);
      pushChildren(node, isTopLevel, open);
    }
  }
  return found;
}

/** The nodes that are still to be visited; the last one first. */
class OpenNodes {
  readonly #nodes: object[] = [];
  readonly #areTopLevel: boolean[] = [];
  /**
   * Whether the latest node is evaluated with the context item of the whole expression, which does
   * not exist.
   */
  isTopLevel = false;

  push(node: unknown, isTopLevel: boolean): void {
    if (typeof node !== 'object' || node === null) return;
    this.#nodes.push(node);
    this.#areTopLevel.push(isTopLevel);
  }

  pop(): object | undefined {
    this.isTopLevel = this.#areTopLevel.pop() ?? false;
    return this.#nodes.pop();
  }
}

/** Adds the children of a node so that they are visited in the order of the text. */
function pushChildren(node: Node, isTopLevel: boolean, open: OpenNodes): void {
  if (node.type === 'path' && Array.isArray(node.steps)) {
    const { steps } = node;
    open.push(node.group, false);
    for (let at = steps.length - 1; at >= 1; at -= 1) open.push(steps[at], false);
    open.push(steps[0], isTopLevel);
    return;
  }
  const isOutside = isTopLevel && node.type !== 'transform';
  const keys = Object.keys(node);
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const key = keys[at];
    if (key !== undefined) open.push(node[key], isOutside && !innerChildren.has(key));
  }
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
  addLocalNames(node, found.bound);
}

function addStatesField([first, second]: readonly unknown[], { statesFields }: Found): void {
  if (!isObject(first) || first.type !== 'variable' || first.value !== 'states') return;
  if (isObject(second) && second.type === 'name' && typeof second.value === 'string') {
    statesFields.add(second.value);
  }
}

function addLocalNames(node: Node, bound: Set<string>): void {
  const { type, lhs, arguments: parameters, focus, index } = node;
  if (typeof focus === 'string') bound.add(focus);
  if (typeof index === 'string') bound.add(index);
  if (type === 'bind') addName(lhs, bound);
  if (type !== 'lambda' || !Array.isArray(parameters)) return;
  for (const parameter of parameters) addName(parameter, bound);
}

function addName(node: unknown, bound: Set<string>): void {
  if (isObject(node) && typeof node.value === 'string') bound.add(node.value);
}
