/** The conditions of IAM's statements, pure: operators, sets, missing keys, policy variables. */
import { BlockList } from 'node:net';
import type { Condition } from './statement.ts';
import { matchesArn, matchesWildcard } from './wildcard.ts';

/**
 * What is known of a request: values by key, whose letters' case means nothing. A key that is
 * absent is absent for conditions too.
 */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** Whether the context's `given` matches the policy's `wanted`. */
type Compare = (wanted: string, given: string) => boolean;

/** An operator without its `ForAllValues:` and `IfExists`. */
interface Operator {
  readonly compare: Compare;
  /** Holds when none of the values matches, and when the key is absent. */
  readonly negated: boolean;
}

const compares: Readonly<Record<string, Compare>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: matchesWildcard,
  // Both take wildcards.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  NumericEquals: (wanted, given) => Number(given) === Number(wanted),
  DateEquals: (wanted, given) => timeOf(given) === timeOf(wanted),
  IpAddress: isInBlock,
};

const onlyPositive: Readonly<Record<string, Compare>> = {
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  BinaryEquals: (wanted, given) => wanted === given,
  ...orders('Numeric', Number),
  ...orders('Date', timeOf),
};

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...Object.entries({ ...compares, ...onlyPositive }).map(
    ([name, compare]) => [name, { compare, negated: false }] as const,
  ),
  ...Object.entries(compares).map(
    ([name, compare]) => [negationOf(name), { compare, negated: true }] as const,
  ),
]);

const form = /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<name>\w+?)(?<optional>IfExists)?$/;

/** Whether `operator` is one that {@link holds} can judge. */
export function isConditionOperator(operator: string): boolean {
  return operator === 'Null' || operators.has(form.exec(operator)?.groups?.name ?? '');
}

/** Whether a condition holds of a request. */
export function holds(condition: Condition, context: ConditionContext): boolean {
  const { set, name = '', optional } = form.exec(condition.operator)?.groups ?? {};
  const given = valuesOf(context, condition.key);
  if (name === 'Null') {
    return condition.values.some((value) => (value === 'true') === (given === undefined));
  }
  const operator = operators.get(name);
  if (operator === undefined) return false;
  if (given === undefined) {
    return optional !== undefined || set === 'ForAllValues' || (operator.negated && !set);
  }
  const wanted = condition.values.flatMap((value) => fillVariables(value, context) ?? []);
  const passes = (value: string) =>
    wanted.some((each) => operator.compare(each, value)) !== operator.negated;
  if (set === 'ForAllValues') return given.every(passes);
  return operator.negated && !set ? given.every(passes) : given.some(passes);
}

/**
 * `text` with its policy variables (`${aws:PrincipalTag/team}`) filled in; undefined when the
 * context lacks one that has no default, for then nothing can match.
 */
export function fillVariables(text: string, context: ConditionContext): string | undefined {
  let isMissing = false;
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (inner === '*' || inner === '?' || inner === '$') return inner;
    const [, key = inner, fallback] = /^([^,]+?)\s*,\s*'(.*)'$/.exec(inner) ?? [];
    const value = valuesOf(context, key)?.[0] ?? fallback;
    if (value === undefined) isMissing = true;
    return value ?? '';
  });
  return isMissing ? undefined : filled;
}

function valuesOf(context: ConditionContext, key: string): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof found === 'string' ? [found] : found;
}

function negationOf(name: string): string {
  return name === 'IpAddress'
    ? 'NotIpAddress'
    : name.replace(/^(String|Arn|Numeric|Date)/, '$1Not');
}

function orders(kind: string, read: (text: string) => number): Record<string, Compare> {
  return {
    [`${kind}LessThan`]: (wanted, given) => read(given) < read(wanted),
    [`${kind}LessThanEquals`]: (wanted, given) => read(given) <= read(wanted),
    [`${kind}GreaterThan`]: (wanted, given) => read(given) > read(wanted),
    [`${kind}GreaterThanEquals`]: (wanted, given) => read(given) >= read(wanted),
  };
}

/** Milliseconds of an ISO 8601 date, or of seconds since 1970. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isInBlock(wanted: string, given: string): boolean {
  const [address = '', bits] = wanted.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return block.check(given, given.includes(':') ? 'ipv6' : 'ipv4');
}
