import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';
import { isConditionOperator, type PolicyCondition } from './conditions.ts';

/** One statement of an IAM policy. */
export interface PolicyStatement {
  /** Where the statement is, for reports: `STACK/LOGICAL_ID statement 2`. */
  readonly source: string;
  /** The id of the resource that contains the statement, or the ARN of AWS's managed policy. */
  readonly owner: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Matcher;
  /** Missing in trust policies. */
  readonly resources?: Matcher;
  /** Missing in identity-based policies. */
  readonly principals?: PrincipalMatcher;
  /** All of them must hold. */
  readonly conditions: readonly PolicyCondition[];
}

/** Patterns to match, or not to match if `negated`. */
export interface Matcher {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

/** The principals of a statement by kind; `*` matches every principal. */
export interface PrincipalMatcher {
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly negated: boolean;
}

/**
 * Reads a policy document whose intrinsic functions are resolved. Throws INVALID_CONFIGURATION for
 * a policy that AWS would refuse, and for one that this model does not support: neither is ever
 * taken for a permission.
 */
export function readPolicy(document: Json | undefined, owner: string): PolicyStatement[] {
  if (!isObject(document)) throw unreadable(owner, 'it has no policy document');
  const statements = document.Statement ?? [];
  return (Array.isArray(statements) ? statements : [statements]).map((statement, index) =>
    readStatement(statement, owner, index),
  );
}

function readStatement(statement: Json, owner: string, index: number): PolicyStatement {
  const source = `${owner} statement ${index + 1}`;
  if (!isObject(statement)) throw unreadable(source, 'it is not an object');
  const { Effect, Sid } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw unreadable(source, `its Effect is ${JSON.stringify(Effect)}, not Allow or Deny`);
  }
  const actions = readMatcher(statement, 'Action', source);
  if (actions === undefined) throw unreadable(source, 'it has neither Action nor NotAction');
  const resources = readMatcher(statement, 'Resource', source);
  const principals = readPrincipals(statement, source);
  return {
    source,
    owner,
    effect: Effect,
    actions,
    conditions: readConditions(statement, source),
    ...(typeof Sid === 'string' ? { sid: Sid } : {}),
    ...(resources === undefined ? {} : { resources }),
    ...(principals === undefined ? {} : { principals }),
  };
}

function readMatcher(statement: JsonObject, key: string, source: string): Matcher | undefined {
  const own = getOwn(statement, key);
  const not = getOwn(statement, `Not${key}`);
  if (own !== undefined && not !== undefined) {
    throw unreadable(source, `it has both ${key} and Not${key}`);
  }
  const value = own ?? not;
  if (value === undefined) return undefined;
  return { patterns: texts(value, `${source}, ${key}`), negated: own === undefined };
}

function readPrincipals(statement: JsonObject, source: string): PrincipalMatcher | undefined {
  const negated = Object.hasOwn(statement, 'NotPrincipal');
  const value = statement.Principal ?? statement.NotPrincipal;
  if (value === undefined) return undefined;
  if (value === '*') return { aws: ['*'], services: ['*'], negated };
  if (!isObject(value)) throw unreadable(source, 'its Principal is neither "*" nor an object');
  const list = (kind: string) => texts(value[kind] ?? [], `${source}, Principal`);
  const aws = list('AWS');
  // "*" as an account matches every principal, services included.
  const services = aws.includes('*') ? ['*', ...list('Service')] : list('Service');
  return { aws, services, negated };
}

function readConditions(statement: JsonObject, source: string): PolicyCondition[] {
  const { Condition: block = {} } = statement;
  if (!isObject(block)) throw unreadable(source, 'its Condition is not an object');
  return Object.entries(block).flatMap(([operator, lines]) => {
    if (!isConditionOperator(operator)) {
      throw unreadable(
        source,
        `this model of IAM does not know the condition operator ${operator}`,
      );
    }
    if (!isObject(lines)) throw unreadable(source, `its ${operator} is not an object`);
    return Object.entries(lines).map(([key, value]) => ({
      operator,
      key,
      values: texts(value, `${source}, ${operator} of ${key}`),
    }));
  });
}

function texts(value: Json, where: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    if (typeof each === 'object')
      throw unreadable(where, `${JSON.stringify(each)} is not a string`);
    return String(each);
  });
}

function unreadable(where: string, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `cannot read the policy ${where}: ${reason}`, {
    fields: { where },
  });
}
