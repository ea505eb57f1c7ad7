/** Evaluates the conditions of IAM policies: operators, sets, missing keys, policy variables. */
import { BlockList } from 'node:net';
import { matchesArn, matchesIamWildcard } from './wildcard.ts';

/** One line of a statement's `Condition`: the condition holds if a value matches the key's. */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * The condition keys of a request with their values; keys are compared ignoring case. A missing key
 * is missing for conditions, too.
 */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** Whether the value `given` in the context matches the value `wanted` in the policy. */
type Compare = (wanted: string, given: string) => boolean;

/** A condition operator without `ForAllValues:` and `IfExists`. */
interface Operator {
  readonly compare: Compare;
  /** Whether the condition holds when no value matches, or the key is missing. */
  readonly negated: boolean;
}

/** The operators that have a negation. */
const compares: Readonly<Record<string, Compare>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: matchesIamWildcard,
  // Both accept wildcards.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  NumericEquals: (wanted, given) => Number(given) === Number(wanted),
  DateEquals: (wanted, given) => parseTime(given) === parseTime(wanted),
  IpAddress: isInBlock,
};

const onlyPositive: Readonly<Record<string, Compare>> = {
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  BinaryEquals: (wanted, given) => wanted === given,
  ...orderOperators('Numeric', Number),
  ...orderOperators('Date', parseTime),
};

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...Object.entries({ ...compares, ...onlyPositive }).map(
    ([name, compare]) => [name, { compare, negated: false }] as const,
  ),
  ...Object.entries(compares).map(
    ([name, compare]) => [negatedName(name), { compare, negated: true }] as const,
  ),
]);

const form = /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<name>\w+?)(?<optional>IfExists)?$/;

/** Whether {@link conditionHolds} supports an operator. */
export function isConditionOperator(operator: string): boolean {
  return operator === 'Null' || operators.has(form.exec(operator)?.groups?.name ?? '');
}

/** Whether a condition holds for a request. */
export function conditionHolds(condition: PolicyCondition, context: ConditionContext): boolean {
  const { set, name = '', optional } = form.exec(condition.operator)?.groups ?? {};
  const given = findValues(context, condition.key);
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
 * Replaces the policy variables (`${aws:PrincipalTag/team}`) of a text. Returns undefined when the
 * context lacks one that has no default: then nothing can match.
 */
export function fillVariables(text: string, context: ConditionContext): string | undefined {
  let isMissing = false;
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (inner === '*' || inner === '?' || inner === '$') return inner;
    const [, key = inner, fallback] = /^([^,]+?)\s*,\s*'(.*)'$/.exec(inner) ?? [];
    const value = findValues(context, key)?.[0] ?? fallback;
    if (value === undefined) isMissing = true;
    return value ?? '';
  });
  return isMissing ? undefined : filled;
}

function findValues(context: ConditionContext, key: string): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof found === 'string' ? [found] : found;
}

function negatedName(name: string): string {
  return name === 'IpAddress'
    ? 'NotIpAddress'
    : name.replace(/^(String|Arn|Numeric|Date)/, '$1Not');
}

function orderOperators(kind: string, read: (text: string) => number): Record<string, Compare> {
  return {
    [`${kind}LessThan`]: (wanted, given) => read(given) < read(wanted),
    [`${kind}LessThanEquals`]: (wanted, given) => read(given) <= read(wanted),
    [`${kind}GreaterThan`]: (wanted, given) => read(given) > read(wanted),
    [`${kind}GreaterThanEquals`]: (wanted, given) => read(given) >= read(wanted),
  };
}

/** Returns milliseconds since 1970 from an ISO 8601 date, or from seconds since 1970. */
function parseTime(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isInBlock(wanted: string, given: string): boolean {
  const [address = '', bits] = wanted.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return block.check(given, given.includes(':') ? 'ipv6' : 'ipv4');
}
