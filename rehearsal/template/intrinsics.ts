/** CloudFormation's intrinsic functions. */
import { getOwn, isObject, type Json, type JsonObject, setOwn } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';
import { cidrBlocks } from './cidr-blocks.ts';

/** What intrinsic functions look up in their stack. */
export interface Scope {
  readonly region: string;
  /** Returns a parameter, a pseudo parameter or a resource; undefined for `AWS::NoValue`. */
  ref(name: string, where: string): Json | undefined;
  attribute(logicalId: string, attribute: string, where: string): Json;
  condition(name: string, where: string): boolean;
  mapping(map: string, first: string, second: string): Json | undefined;
  exported(name: string, where: string): Json;
  output(stack: string, name: string, where: string): Json;
  /** Returns the value of `{{resolve:REFERENCE}}`. */
  dynamic(reference: string): string;
}

/**
 * Replaces every function in a value by its result. Returns undefined for `AWS::NoValue`. Throws
 * INVALID_CONFIGURATION for a function that this model does not know.
 * @param where the path of the value, for errors
 */
export function resolveIntrinsics(value: Json, scope: Scope, where: string): Json | undefined {
  if (typeof value === 'string') return resolveDynamic(value, scope);
  if (Array.isArray(value)) {
    return value
      .map((each, index) => resolveIntrinsics(each, scope, `${where}/${index}`))
      .filter((each) => each !== undefined);
  }
  if (!isObject(value)) return value;
  const called = calledFunction(value);
  if (called !== undefined) return call(called, value[called] ?? null, scope, where);
  const resolved: Record<string, Json> = {};
  for (const [key, each] of Object.entries(value)) {
    const found = resolveIntrinsics(each, scope, `${where}/${key}`);
    if (found !== undefined) setOwn(resolved, key, found);
  }
  return resolved;
}

/** Returns the name of the intrinsic function that an object calls; undefined if it calls none. */
export function calledFunction(value: JsonObject): string | undefined {
  const [key, ...more] = Object.keys(value);
  if (key === undefined || more.length > 0) return undefined;
  if (key === 'Condition') return typeof value[key] === 'string' ? key : undefined;
  return key === 'Ref' || key.startsWith('Fn::') ? key : undefined;
}

/** Matches the names in a text of `Fn::Sub`: `${Name}`, but not `${!Literal}`. */
export const substitutions = /\$\{([^!}][^}]*)\}/g;

/** Evaluates one function. */
type Intrinsic = (argument: Json, scope: Scope, where: string) => Json | undefined;

function call(name: string, raw: Json, scope: Scope, where: string): Json | undefined {
  const at = `${where}/${name}`;
  const lazy = lazyFunctions.get(name);
  if (lazy !== undefined) return lazy(raw, scope, at);
  const eager = eagerFunctions.get(name);
  if (eager === undefined) {
    throw unresolvable(at, `${name} is a function that a rehearsal does not know`);
  }
  return eager(resolveIntrinsics(raw, scope, at) ?? null, scope, at);
}

/** The functions that resolve their argument themselves. */
const lazyFunctions = new Map<string, Intrinsic>([
  ['Ref', (name, scope, where) => scope.ref(text(name, where), where)],
  ['Condition', (name, scope, where) => scope.condition(text(name, where), where)],
  [
    'Fn::If',
    (argument, scope, where) => {
      const [name, then, otherwise] = list(argument, where, 3);
      const branch = scope.condition(text(name, where), where) ? 1 : 2;
      return resolveIntrinsics((branch === 1 ? then : otherwise) ?? null, scope, where);
    },
  ],
  [
    'Fn::Sub',
    (argument, scope, where) => {
      const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
      const own = resolveIntrinsics(variables ?? {}, scope, where) ?? {};
      const filled = text(template, where).replace(substitutions, (_, name: string) =>
        String(substitute(name, isObject(own) ? own : {}, scope, where)),
      );
      return resolveDynamic(filled.replaceAll('${!', '${'), scope);
    },
  ],
]);

function substitute(name: string, own: JsonObject, scope: Scope, where: string): Json {
  const given = getOwn(own, name);
  if (given !== undefined) return given;
  const dot = name.indexOf('.');
  if (dot > 0) return scope.attribute(name.slice(0, dot), name.slice(dot + 1), where);
  return scope.ref(name, where) ?? '';
}

/** The functions that get their argument resolved. */
const eagerFunctions = new Map<string, Intrinsic>([
  [
    'Fn::GetAtt',
    (argument, scope, where) => {
      const [logicalId = '', ...attribute] =
        typeof argument === 'string' ? argument.split('.') : list(argument, where, 2);
      return scope.attribute(text(logicalId, where), attribute.join('.'), where);
    },
  ],
  [
    'Fn::Join',
    (argument, scope, where) => {
      const [separator, parts] = list(argument, where, 2);
      const joined = list(parts, where).map((part) => plain(part, where));
      return resolveDynamic(joined.join(text(separator, where)), scope);
    },
  ],
  [
    'Fn::Select',
    (argument, _scope, where) => {
      const [index, from] = list(argument, where, 2);
      const found = list(from, where)[Number(index)];
      if (found !== undefined) return found;
      throw unresolvable(where, `there is no element ${String(index)} in ${JSON.stringify(from)}`);
    },
  ],
  [
    'Fn::Split',
    (argument, _scope, where) => {
      const [separator, from] = list(argument, where, 2);
      return text(from, where).split(text(separator, where));
    },
  ],
  ['Fn::ImportValue', (name, scope, where) => scope.exported(text(name, where), where)],
  [
    'Fn::GetStackOutput',
    (argument, scope, where) => {
      const { StackName, OutputName, Region } = isObject(argument) ? argument : {};
      if (Region !== undefined && Region !== scope.region) {
        throw unresolvable(
          where,
          `it reads from ${String(Region)}, but the rehearsal simulates ${scope.region}`,
        );
      }
      return scope.output(text(StackName, where), text(OutputName, where), where);
    },
  ],
  [
    'Fn::FindInMap',
    (argument, scope, where) => {
      const [map, first, second, fallback] = list(argument, where).map((each) =>
        isObject(each) ? each.DefaultValue : each,
      );
      const [name, row, column] = [text(map, where), text(first, where), text(second, where)];
      const found = scope.mapping(name, row, column) ?? fallback;
      if (found !== undefined) return found;
      throw unresolvable(where, `the mapping ${name} has no value at ${row}, ${column}`);
    },
  ],
  ['Fn::Equals', (argument, _scope, where) => same(list(argument, where, 2))],
  ['Fn::Not', (argument, _scope, where) => list(argument, where, 1)[0] !== true],
  ['Fn::And', (argument, _scope, where) => list(argument, where).every((each) => each === true)],
  ['Fn::Or', (argument, _scope, where) => list(argument, where).some((each) => each === true)],
  ['Fn::GetAZs', (_, { region }) => ['a', 'b', 'c'].map((letter) => `${region}${letter}`)],
  [
    'Fn::Base64',
    (argument, _scope, where) => Buffer.from(text(argument, where)).toString('base64'),
  ],
  [
    'Fn::Cidr',
    (argument, _scope, where) => {
      const [block, count, bits] = list(argument, where);
      return cidrBlocks(text(block, where), Number(count), Number(bits ?? 8));
    },
  ],
  ['Fn::Length', (argument, _scope, where) => list(argument, where).length],
  ['Fn::ToJsonString', (argument) => JSON.stringify(argument)],
]);

function same([left, right]: readonly Json[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Returns the error of a value that cannot be resolved. */
export function unresolvable(where: string, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `cannot resolve ${where}: ${reason}`, {
    fields: { where },
  });
}

function resolveDynamic(value: string, scope: Scope): string {
  return value.replace(/\{\{resolve:([^}]+)\}\}/g, (_, reference: string) =>
    scope.dynamic(reference),
  );
}

function list(value: Json | undefined, where: string, length?: number): readonly Json[] {
  if (Array.isArray(value) && (length === undefined || value.length >= length)) return value;
  const wanted = length === undefined ? 'a list' : `a list of ${length}`;
  throw unresolvable(where, `it takes ${wanted}, not ${JSON.stringify(value)}`);
}

function text(value: Json | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw unresolvable(where, `it takes a string, not ${JSON.stringify(value)}`);
}

function plain(value: Json, where: string): string {
  if (typeof value === 'object') {
    throw unresolvable(where, `it joins strings, not ${JSON.stringify(value)}`);
  }
  return String(value);
}
