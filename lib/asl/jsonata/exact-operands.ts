/**
 * Expressions over documents with exact numbers. The library takes an exact number for an object,
 * and passes it on like one; what calculates is given the double. Only expressions that meet such a
 * number are prepared in this way, so that all others keep their speed.
 */
import type { Evaluation } from '../evaluation.ts';
import { hasExactNumbers, isExactNumber } from '../json/exact-number.ts';
import { isObject } from '../json/json.ts';
import { holdsExactNumbers } from '../json/parse-json.ts';
import { reservedNames } from './guard-syntax.ts';
import { doubleIn } from './operators.ts';

type Node = Record<string, unknown>;

/** Functions that pass their arguments on, or know exact numbers; all others are given doubles. */
const passingOn: ReadonlySet<string> = new Set(
  'append clone count distinct each exists filter keys map merge reduce reverse shuffle sift single sort spread string zip'.split(
    ' ',
  ),
);

const literals: ReadonlySet<unknown> = new Set(['string', 'number', 'value']);

/**
 * Whether an expression with these variables meets an exact number: in one of their values, or one
 * that `$parse` reads.
 */
export function meetsExactNumbers(
  variables: ReadonlySet<string>,
  bindings: Readonly<Record<string, unknown>>,
  { input, result, errorOutput, context }: Evaluation,
): boolean {
  if (variables.has('parse')) return true;
  if (!hasExactNumbers()) return false;
  if (variables.has('states')) {
    const { Execution, Map: map } = context();
    const item = isObject(map) ? map.Item : undefined;
    const documents = [input, result, errorOutput, isObject(Execution) ? Execution.Input : null];
    if (documents.some(holdsExactNumbers) || holdsExactNumbers(item)) return true;
  }
  return Object.entries(bindings).some(([name, value]) => {
    return name !== 'states' && holdsExactNumbers(value);
  });
}

/**
 * Rewrites a guarded expression, in place, so that what is no call gets doubles of exact numbers;
 * operators that are calls know exact numbers.
 */
export function prepareExactOperands(root: unknown): void {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const inner = Object.values(node).filter((child) => child !== undefined);
    if (isObject(node)) prepareNode(node);
    open.push(...inner);
  }
}

function prepareNode(node: Node): void {
  const { type, value } = node;
  if (type === 'binary') {
    wrap(node, 'lhs');
    wrap(node, 'rhs');
  } else if (type === 'unary' && value === '-') wrap(node, 'expression');
  else if (type === 'condition') wrap(node, 'condition');
  else if (type === 'filter') wrap(node, 'expr');
  else if (type === 'sort' && Array.isArray(node.terms)) {
    for (const term of node.terms) wrap(Object(term), 'expression');
  }
}

function wrap(node: Node, key: string): void {
  const operand = node[key];
  if (operand === undefined || literals.has(Object(operand).type)) return;
  node[key] = toCall(reservedNames.double, [operand]);
}

function toCall(name: string, args: readonly unknown[]): Node {
  const procedure = { type: 'variable', value: name };
  return { type: 'function', value: '(', procedure, arguments: args };
}

/** Returns the arguments that the library function `name` is called with. */
export function prepareArguments(name: string, args: readonly unknown[]): unknown[] {
  if (passingOn.has(name)) return [...args];
  return args.map((argument) => {
    if (!Array.isArray(argument)) return doubleIn(argument);
    return argument.some(isExactNumber) ? argument.map(doubleIn) : argument;
  });
}
