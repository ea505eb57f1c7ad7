/**
 * What an expression reads from outside of itself, by what its parser made of it. Step Functions
 * evaluates without a context item, so what would be read from one is refused when a machine is
 * created.
 */
import { isObject } from '../json/json.ts';

/** What an expression reads; each name once, in the order of the text. */
export interface References {
  /** Names that a path starts from: `phone` of `phone.home`, not of `$x.phone`. */
  readonly topLevel: ReadonlySet<string>;
  /** Whether it reads `$$`. */
  readonly root: boolean;
  /** The fields of `$states` that are read by name. */
  readonly statesFields: ReadonlySet<string>;
  /** Names that it gives a value of its own: parameters, `:=`, `@$name` and `#$name`. */
  readonly bound: ReadonlySet<string>;
}

type Node = Record<string, unknown>;

interface Visit {
  readonly part: unknown;
  /** Whether the part is evaluated with the expression's own context, which there is not. */
  readonly top: boolean;
}

/** Parts that are evaluated with a value of the path as their context. */
const innerParts: ReadonlySet<string> = new Set(['stages', 'predicate', 'group', 'terms']);

/** Reads the references out of `root`, which the parser made and nothing has changed. */
export function referencesIn(root: unknown): References {
  const found = {
    topLevel: new Set<string>(),
    root: false,
    statesFields: new Set<string>(),
    bound: new Set<string>(),
  };
  const open: Visit[] = [{ part: root, top: true }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { part, top } = visit;
    if (typeof part !== 'object' || part === null) continue;
    if (Array.isArray(part)) {
      open.push(...part.map((item: unknown) => ({ part: item, top })).reverse());
    } else if (isObject(part)) {
      note(part, top, found);
      open.push(...childrenOf(part, top).reverse());
    }
  }
  return found;
}

function childrenOf(node: Node, top: boolean): Visit[] {
  if (node.type === 'path' && Array.isArray(node.steps)) {
    const [first, ...later] = node.steps;
    return [
      { part: first, top },
      { part: later, top: false },
      { part: node.group, top: false },
    ];
  }
  const isTransform = node.type === 'transform';
  return Object.entries(node).map(([key, part]) => {
    return { part, top: top && !isTransform && !innerParts.has(key) };
  });
}

interface Found extends References {
  readonly topLevel: Set<string>;
  root: boolean;
  readonly statesFields: Set<string>;
  readonly bound: Set<string>;
}

function note(node: Node, top: boolean, found: Found): void {
  const { type, value } = node;
  if (top && type === 'name' && typeof value === 'string') found.topLevel.add(value);
  if (type === 'variable' && value === '$') found.root = true;
  if (type === 'path' && Array.isArray(node.steps)) noteStates(node.steps, found);
  for (const name of boundIn(node)) if (typeof name === 'string') found.bound.add(name);
}

function noteStates([first, second]: readonly unknown[], { statesFields }: Found): void {
  if (!isObject(first) || first.type !== 'variable' || first.value !== 'states') return;
  if (isObject(second) && second.type === 'name' && typeof second.value === 'string') {
    statesFields.add(second.value);
  }
}

function boundIn({ type, lhs, arguments: parameters, focus, index }: Node): unknown[] {
  const names = [focus, index];
  if (type === 'bind' && isObject(lhs)) names.push(lhs.value);
  if (type === 'lambda' && Array.isArray(parameters)) {
    names.push(
      ...parameters.map((parameter) => (isObject(parameter) ? parameter.value : undefined)),
    );
  }
  return names;
}
