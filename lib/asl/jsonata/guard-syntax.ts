/**
 * Goes over what JSONata's parser read before it is ever evaluated. The library follows inherited
 * properties (`constructor`, `__proto__`), which lead to code; here such names are made to mean own
 * properties only, as everywhere in the language.
 */
import { isObject } from '../json.ts';
import { patternProblem } from './bounded-regex.ts';

/** Names that the library or this folder gives a meaning of their own. */
export const reservedNames = Object.freeze({
  enter: '__evaluate_entry',
  leave: '__evaluate_exit',
  ownField: '__own_field',
  range: '__range',
});

const reserved: ReadonlySet<string> = new Set(Object.values(reservedNames));

type Node = Record<string, unknown>;

/** What an expression refers to. */
export interface Syntax {
  /** Names of variables and functions, without `$`. */
  readonly variables: ReadonlySet<string>;
  /** Why the expression is refused: what was expected of it. */
  readonly problem: string | undefined;
}

/** Makes `root` safe to evaluate, in place. */
export function guardSyntax(root: unknown): Syntax {
  const variables = new Set<string>();
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  let problem: string | undefined;
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    if (node instanceof RegExp) problem ??= patternProblem(node.source);
    else if (isNode(node)) problem ??= guardNode(node, variables, seen);
    open.push(...Object.values(node));
  }
  return { variables, problem };
}

function isNode(value: object): value is Node {
  return isObject(value);
}

function guardNode(node: Node, variables: Set<string>, seen: Set<unknown>): string | undefined {
  const { type, value } = node;
  for (const name of [type === 'variable' ? value : undefined, node.focus, node.index]) {
    if (typeof name !== 'string') continue;
    if (reserved.has(name)) return `a variable of another name than $${name}`;
    variables.add(name);
  }
  if (type === 'name' && typeof value === 'string' && value in Object.prototype) {
    call(node, reservedNames.ownField, seen, [
      { type: 'variable', value: '' },
      { type: 'string', value },
    ]);
  } else if (type === 'binary' && value === '..') {
    call(node, reservedNames.range, seen, [node.lhs, node.rhs]);
  }
  return undefined;
}

/** Turns the node into a call of one of our functions, whose name is not looked at any more. */
function call(node: Node, name: string, seen: Set<unknown>, args: readonly unknown[]): void {
  const procedure = { type: 'variable', value: name };
  seen.add(procedure);
  Object.assign(node, { type: 'function', value: '(', procedure, arguments: args });
}
