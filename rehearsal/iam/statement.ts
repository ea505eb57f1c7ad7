/**
 * Statements of IAM policies, read strictly: a policy that AWS would refuse, or that this model
 * cannot judge, is an error and never a silent permission.
 */
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';
import { isConditionOperator } from './conditions.ts';

/** One statement. */
export interface Statement {
  /** Where it stands, for reports: `STACK/LOGICAL_ID statement 2`. */
  readonly source: string;
  /** The id of the resource of the template that it stands in; the ARN of a policy of AWS's. */
  readonly owner: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Matcher;
  /** Absent in trust policies. */
  readonly resources?: Matcher;
  /** Absent in policies of identities. */
  readonly principals?: PrincipalMatcher;
  /** Values by operator and key; all must hold. */
  readonly conditions: readonly Condition[];
}

/** Patterns, or all but these patterns. */
export interface Matcher {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

/** Whom a statement is about, by kind of principal; `*` stands for everybody. */
export interface PrincipalMatcher {
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly negated: boolean;
}

/** A line of a statement's `Condition`. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Reads a policy document whose functions are resolved. Error: `INVALID_CONFIGURATION`. */
export function readPolicy(document: Json | undefined, owner: string): Statement[] {
  if (!isObject(document)) throw unreadable(owner, 'it has no policy document');
  const statements = document.Statement ?? [];
  return (Array.isArray(statements) ? statements : [statements]).map((statement, index) =>
    readStatement(statement, owner, index),
  );
}

function readStatement(statement: Json, owner: string, index: number): Statement {
  const source = `${owner} statement ${index + 1}`;
  if (!isObject(statement)) throw unreadable(source, 'it is no object');
  const { Effect, Sid } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw unreadable(source, `its Effect is ${JSON.stringify(Effect)}, not Allow or Deny`);
  }
  const actions = matcherOf(statement, 'Action', source);
  if (actions === undefined) throw unreadable(source, 'it has neither Action nor NotAction');
  const resources = matcherOf(statement, 'Resource', source);
  const principals = principalsOf(statement, source);
  return {
    source,
    owner,
    effect: Effect,
    actions,
    conditions: conditionsOf(statement, source),
    ...(typeof Sid === 'string' ? { sid: Sid } : {}),
    ...(resources === undefined ? {} : { resources }),
    ...(principals === undefined ? {} : { principals }),
  };
}

function matcherOf(statement: JsonObject, key: string, source: string): Matcher | undefined {
  const own = getOwn(statement, key);
  const not = getOwn(statement, `Not${key}`);
  if (own !== undefined && not !== undefined) {
    throw unreadable(source, `it has both ${key} and Not${key}`);
  }
  const value = own ?? not;
  if (value === undefined) return undefined;
  return { patterns: texts(value, `${source}, ${key}`), negated: own === undefined };
}

function principalsOf(statement: JsonObject, source: string): PrincipalMatcher | undefined {
  const negated = Object.hasOwn(statement, 'NotPrincipal');
  const value = statement.Principal ?? statement.NotPrincipal;
  if (value === undefined) return undefined;
  if (value === '*') return { aws: ['*'], services: ['*'], negated };
  if (!isObject(value)) throw unreadable(source, 'its Principal is neither "*" nor an object');
  const list = (kind: string) => texts(value[kind] ?? [], `${source}, Principal`);
  const aws = list('AWS');
  // "*" as an account is everybody, services too.
  const services = aws.includes('*') ? ['*', ...list('Service')] : list('Service');
  return { aws, services, negated };
}

function conditionsOf(statement: JsonObject, source: string): Condition[] {
  const { Condition: block = {} } = statement;
  if (!isObject(block)) throw unreadable(source, 'its Condition is no object');
  return Object.entries(block).flatMap(([operator, lines]) => {
    if (!isConditionOperator(operator)) {
      throw unreadable(
        source,
        `this model of IAM does not know the condition operator ${operator}`,
      );
    }
    if (!isObject(lines)) throw unreadable(source, `its ${operator} is no object`);
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
    if (typeof each === 'object') throw unreadable(where, `${JSON.stringify(each)} is no text`);
    return String(each);
  });
}

function unreadable(where: string, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `cannot read the policy ${where}: ${reason}`, {
    fields: { where },
  });
}
