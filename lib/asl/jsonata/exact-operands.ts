/**
 * Expressions over documents with exact numbers. The library takes an exact number for an object,
 * and passes it on like one; what calculates is given the double. Only expressions that meet such a
 * number are prepared in this way, so that all others keep their speed.
 */
import type jsonata from 'jsonata';
import type { Evaluation } from '../evaluation.ts';
import { compareNumbers, hasExactNumbers, isExactNumber, toDouble } from '../json/exact-number.ts';
import { isObject } from '../json/json.ts';
import { holdsExactNumbers } from '../json/parse-json.ts';
import { reservedNames } from './guard-syntax.ts';

type Node = Record<string, unknown>;

/** Functions that pass their arguments on, or know exact numbers; all others are given doubles. */
const passingOn: ReadonlySet<string> = new Set(
  'append clone count distinct each exists filter keys map merge reduce reverse shuffle sift single sort spread string zip'.split(
    ' ',
  ),
);

/** The operators that compare by value, and the function that does so with all digits. */
const comparisons: ReadonlyMap<unknown, string> = new Map([
  ['=', reservedNames.equals],
  ['!=', reservedNames.differs],
  ['in', reservedNames.includes],
]);

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

/** Rewrites a guarded expression, in place, so that operators get doubles of exact numbers. */
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
  const comparison = type === 'binary' ? comparisons.get(value) : undefined;
  if (comparison !== undefined) {
    Object.assign(node, toCall(comparison, [node.lhs, node.rhs]));
  } else if (type === 'binary') {
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

/** Registers the functions that {@link prepareExactOperands} makes an expression call. */
export function registerExactFunctions(expression: jsonata.Expression): void {
  expression.registerFunction(reservedNames.double, doubleIn);
  expression.registerFunction(
    reservedNames.equals,
    (left, right) => isComparable(left, right) && equal(left, right),
  );
  expression.registerFunction(
    reservedNames.differs,
    (left, right) => isComparable(left, right) && !equal(left, right),
  );
  expression.registerFunction(reservedNames.includes, (item, list) => {
    if (!isComparable(item, list)) return false;
    const items: unknown[] = Array.isArray(list) ? list : [list];
    return items.some(
      (each) =>
        each === item ||
        (isExactNumber(each) && equal(each, item)) ||
        (isExactNumber(item) && equal(each, item)),
    );
  });
}

/** As in the library, a comparison with nothing is false. */
function isComparable(left: unknown, right: unknown): boolean {
  return left !== undefined && right !== undefined;
}

/** An exact number equals one with the same digits, and the double next to it. */
function equal(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isExactNumber(left) || isExactNumber(right)) return equalNumbers(left, right);
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equal(item, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}

function equalNumbers(left: unknown, right: unknown): boolean {
  if (isExactNumber(left) && isExactNumber(right)) return compareNumbers(left, right) === 0;
  return toDouble(left) !== undefined && toDouble(left) === toDouble(right);
}

/** Returns the arguments that the library function `name` is called with. */
export function prepareArguments(name: string, args: readonly unknown[]): unknown[] {
  if (passingOn.has(name)) return [...args];
  return args.map((argument) => {
    if (!Array.isArray(argument)) return doubleIn(argument);
    return argument.some(isExactNumber) ? argument.map(doubleIn) : argument;
  });
}

function doubleIn(value: unknown): unknown {
  return isExactNumber(value) ? value.valueOf() : value;
}
