import { ExactNumber } from '../json/exact-number.ts';
import { isObject } from '../json/json.ts';
import { JsonataError, type Meter } from './meter.ts';
import { MeteredPattern } from './metered-pattern.ts';

/** Names of variables and functions that are reserved by the library or by this folder. */
export const reservedNames = Object.freeze({
  enter: '__evaluate_entry',
  leave: '__evaluate_exit',
  ownField: '__own_field',
  range: '__range',
  copied: '__copied',
  double: '__double',
});

const reserved: ReadonlySet<string> = new Set(Object.values(reservedNames));

type Node = Record<string, unknown>;

/** The variables and calls of an expression. */
export interface Syntax {
  /** Names of variables and functions, without `$`. */
  readonly variables: ReadonlySet<string>;
  /** The nodes whose value is called. */
  readonly called: ReadonlySet<unknown>;
  /** The nodes that are the body of a function. */
  readonly bodies: ReadonlySet<unknown>;
  /** The signs of the operators that have become calls. */
  readonly operators: ReadonlySet<string>;
  /** What was expected, when the expression is rejected. */
  readonly problem: string | undefined;
}

/** Returns the name of a variable inside of the library: one that no object inherits. */
export function variableKey(name: string): string {
  return name in Object.prototype ? `own ${name}` : name;
}

/**
 * Makes a parsed expression safe to evaluate, in place. The library reads inherited properties
 * (`constructor`, `__proto__`), which lead to code; here such names are rewritten to read own
 * properties only, as everywhere in the language.
 */
export function guardSyntax(root: unknown, meter: Meter): Syntax {
  const variables = new Set<string>();
  const called = new Set<unknown>();
  const bodies = new Set<unknown>();
  const operators = new Set<string>();
  const seen = new Set<unknown>();
  const collected = { variables, called, bodies, operators, seen, meter };
  const open: unknown[] = [root];
  let problem: string | undefined;
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    if (isNode(node)) problem ??= guardNode(node, collected);
    for (const child of Object.values(node)) {
      if (typeof child === 'object' && child !== null) open.push(child);
    }
  }
  return { variables, called, bodies, operators, problem };
}

/** Collected during the traversal. */
interface Collected {
  readonly variables: Set<string>;
  readonly called: Set<unknown>;
  readonly bodies: Set<unknown>;
  readonly operators: Set<string>;
  readonly seen: Set<unknown>;
  readonly meter: Meter;
}

/** Whether documents, or numbers in them, inherit a property of this name. */
function isInherited(name: string): boolean {
  return name in ExactNumber.prototype;
}

function isNode(value: object): value is Node {
  return isObject(value);
}

function guardNode(node: Node, collected: Collected): string | undefined {
  const { type, value, procedure } = node;
  const problem = renameVariables(node, collected.variables) ?? findSignatureProblem(node);
  if (problem !== undefined) return problem;
  const { called, bodies, operators, seen, meter } = collected;
  if (value instanceof RegExp) return meterPattern(node, value, meter);
  if (procedure !== undefined) called.add(procedure);
  if (type === 'lambda') bodies.add(node.body);
  if (type === 'name' && typeof value === 'string' && isInherited(value)) {
    replaceWithCall(node, reservedNames.ownField, seen, [
      { type: 'variable', value: '' },
      { type: 'string', value },
    ]);
  } else if (type === 'binary' && value === '..') {
    replaceWithCall(node, reservedNames.range, seen, [node.lhs, node.rhs]);
  } else if (type === 'binary' && isCallable(value)) {
    operators.add(value);
    replaceWithCall(node, value, seen, [node.lhs, node.rhs]);
  } else if (type === 'path' && node.keepSingletonArray === true) {
    copyLast(node.steps, seen);
  }
  return undefined;
}

/** Replaces a pattern by one whose matches are charged; returns what a valid one would be. */
function meterPattern(node: Node, pattern: RegExp, meter: Meter): string | undefined {
  try {
    node.value = new MeteredPattern(pattern, meter);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof JsonataError)) throw thrown;
    return thrown.message;
  }
}

/** `a[]` marks the array that it selects, so it has to be a copy and not part of the document. */
function copyLast(steps: unknown, seen: Set<unknown>): void {
  const last: unknown = Array.isArray(steps) ? steps.at(-1) : undefined;
  if (!isNode(Object(last)) || !Array.isArray(steps)) return;
  const { stages, focus, index, tuple, type } = Object(last);
  const createsArray = stages !== undefined || (type !== 'name' && type !== 'variable');
  if (createsArray || focus !== undefined || index !== undefined || tuple !== undefined) return;
  const copied: Node = {};
  replaceWithCall(copied, reservedNames.copied, seen, [last]);
  steps[steps.length - 1] = copied;
}

/** The properties of a node that may have the name of a variable. */
const variableProperties = ['value', 'focus', 'index'] as const;

function renameVariables(node: Node, variables: Set<string>): string | undefined {
  for (const property of variableProperties) {
    const name = property === 'value' && node.type !== 'variable' ? undefined : node[property];
    if (typeof name !== 'string') continue;
    if (reserved.has(name)) return `a variable with another name than $${name}`;
    variables.add(name);
    node[property] = variableKey(name);
  }
  return undefined;
}

/** Maximum number of optional or repeated parameters in a signature; Millrace's own limit. */
const openParametersMax = 3;

/** The library converts a signature to a regular expression, which could take exponential time. */
function findSignatureProblem({ type, signature }: Node): string | undefined {
  if (type !== 'lambda' || !isNode(Object(signature))) return undefined;
  const definition = String(Reflect.get(Object(signature), 'definition'));
  if ([...definition.matchAll(/[-+?]/g)].length <= openParametersMax) return undefined;
  return `a signature with at most ${openParametersMax} of -, + and ?`;
}

/** Whether a binary operator evaluates both of its operands, so that a function can be called. */
function isCallable(sign: unknown): sign is string {
  return typeof sign === 'string' && sign !== 'and' && sign !== 'or';
}

/** Turns the node into a call of a reserved function or operator; its name is not checked again. */
function replaceWithCall(
  node: Node,
  name: string,
  seen: Set<unknown>,
  args: readonly unknown[],
): void {
  const procedure = { type: 'variable', value: name };
  seen.add(procedure);
  Object.assign(node, { type: 'function', value: '(', procedure, arguments: args });
}
