/**
 * Goes over what JSONata's parser read before it is ever evaluated. The library follows inherited
 * properties (`constructor`, `__proto__`), which lead to code; here such names are made to mean own
 * properties only, as everywhere in the language.
 */
import { isObject } from '../json/json.ts';
import { patternProblem } from './bounded-regex.ts';

/** Names that the library or this folder gives a meaning of their own. */
export const reservedNames = Object.freeze({
  enter: '__evaluate_entry',
  leave: '__evaluate_exit',
  ownField: '__own_field',
  range: '__range',
  weighed: '__weighed',
  copied: '__copied',
});

const reserved: ReadonlySet<string> = new Set(Object.values(reservedNames));

type Node = Record<string, unknown>;

/** What an expression refers to. */
export interface Syntax {
  /** Names of variables and functions, without `$`. */
  readonly variables: ReadonlySet<string>;
  /** The parts whose value is called. */
  readonly called: ReadonlySet<unknown>;
  /** Why the expression is refused: what was expected of it. */
  readonly problem: string | undefined;
}

/** The name under which the library knows the variable: no object inherits it. */
export function variableKey(name: string): string {
  return name in Object.prototype ? `own ${name}` : name;
}

/** Makes `root` safe to evaluate, in place. */
export function guardSyntax(root: unknown): Syntax {
  const variables = new Set<string>();
  const called = new Set<unknown>();
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  let problem: string | undefined;
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    if (node instanceof RegExp) problem ??= patternProblem(node.source);
    else if (isNode(node)) problem ??= guardNode(node, { variables, called, seen });
    open.push(...Object.values(node));
  }
  return { variables, called, problem };
}

/** What is gathered on the way. */
interface Gathering {
  readonly variables: Set<string>;
  readonly called: Set<unknown>;
  readonly seen: Set<unknown>;
}

function isNode(value: object): value is Node {
  return isObject(value);
}

function guardNode(node: Node, gathering: Gathering): string | undefined {
  const { type, value, procedure } = node;
  const problem = nameVariables(node, gathering.variables) ?? signatureProblem(node);
  if (problem !== undefined) return problem;
  const { called, seen } = gathering;
  if (procedure !== undefined) called.add(procedure);
  if (type === 'name' && typeof value === 'string' && value in Object.prototype) {
    call(node, reservedNames.ownField, seen, [
      { type: 'variable', value: '' },
      { type: 'string', value },
    ]);
  } else if (type === 'binary' && value === '..') {
    call(node, reservedNames.range, seen, [node.lhs, node.rhs]);
  } else if (type === 'binary') {
    weighOperands(node, seen);
  } else if (type === 'path' && node.keepSingletonArray === true) {
    copyLast(node.steps, seen);
  }
  return undefined;
}

/** `a[]` marks the array that it finds, which must not be the document's own. */
function copyLast(steps: unknown, seen: Set<unknown>): void {
  const last: unknown = Array.isArray(steps) ? steps.at(-1) : undefined;
  if (!isNode(Object(last)) || !Array.isArray(steps)) return;
  const { stages, focus, index, tuple, type } = Object(last);
  const makesItsOwn = stages !== undefined || (type !== 'name' && type !== 'variable');
  if (makesItsOwn || focus !== undefined || index !== undefined || tuple !== undefined) return;
  const copied: Node = {};
  call(copied, reservedNames.copied, seen, [last]);
  steps[steps.length - 1] = copied;
}

/** The places where a node may name a variable. */
const variablePlaces = ['value', 'focus', 'index'] as const;

function nameVariables(node: Node, variables: Set<string>): string | undefined {
  for (const place of variablePlaces) {
    const name = place === 'value' && node.type !== 'variable' ? undefined : node[place];
    if (typeof name !== 'string') continue;
    if (reserved.has(name)) return `a variable of another name than $${name}`;
    variables.add(name);
    node[place] = variableKey(name);
  }
  return undefined;
}

/** The most parameters of a signature that may stand for none or many arguments (ours). */
const openParametersMax = 3;

/** The library matches arguments by a pattern that it makes of the signature. */
function signatureProblem({ type, signature }: Node): string | undefined {
  if (type !== 'lambda' || !isNode(Object(signature))) return undefined;
  const definition = String(Reflect.get(Object(signature), 'definition'));
  if ([...definition.matchAll(/[-+?]/g)].length <= openParametersMax) return undefined;
  return `a signature with at most ${openParametersMax} of -, + and ?`;
}

const literals: ReadonlySet<unknown> = new Set(['string', 'number', 'value']);
const isLiteral = (operand: unknown) =>
  isNode(Object(operand)) && literals.has(Object(operand).type);

/** Texts are made, and documents compared, without a part that could be charged for. */
function weighOperands(node: Node, seen: Set<unknown>): void {
  const { value, lhs, rhs } = node;
  const isShort = value !== '&' && (isLiteral(lhs) || isLiteral(rhs));
  if (isShort || !(value === '&' || value === '=' || value === '!=')) return;
  for (const side of ['lhs', 'rhs'] as const) {
    const operand = node[side];
    if (isLiteral(operand)) continue;
    const weighed: Node = {};
    call(weighed, reservedNames.weighed, seen, [operand]);
    node[side] = weighed;
  }
}

/** Turns the node into a call of one of our functions, whose name is not looked at any more. */
function call(node: Node, name: string, seen: Set<unknown>, args: readonly unknown[]): void {
  const procedure = { type: 'variable', value: name };
  seen.add(procedure);
  Object.assign(node, { type: 'function', value: '(', procedure, arguments: args });
}
