/** Condition operators against the documentation of IAM. */
import { describe, expect, it } from 'vitest';
import {
  type ConditionContext,
  conditionHolds,
  fillVariables,
  isConditionOperator,
} from '../../../rehearsal/iam/conditions.ts';

const context: ConditionContext = {
  'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/bus/nightly',
  'aws:SecureTransport': 'true',
  's3:prefix': 'reports/2026',
  's3:max-keys': '100',
  'aws:CurrentTime': '2026-11-24T12:00:00Z',
  'aws:SourceIp': '10.1.2.3',
  'aws:TagKeys': ['team', 'stage'],
  'aws:PrincipalTag/team': 'red',
};

/** Returns a policy variable: a dollar, and the name in braces. */
function variable(name: string): string {
  return `$\{${name}}`;
}

function evaluate(operator: string, key: string, ...values: string[]): boolean {
  return conditionHolds({ operator, key, values }, context);
}

describe('a condition', () => {
  it.each<[string, string, ...string[]]>([
    ['StringEquals', 's3:prefix', 'a', 'reports/2026'],
    ['StringEquals', 'S3:PREFIX', 'reports/2026'],
    ['StringEqualsIgnoreCase', 's3:prefix', 'Reports/2026'],
    ['StringLike', 's3:prefix', 'reports/*'],
    ['StringNotEquals', 's3:prefix', 'a', 'b'],
    ['StringNotLike', 's3:prefix', 'a*'],
    ['StringNotEquals', 'aws:Absent', 'a'],
    ['StringEqualsIfExists', 'aws:Absent', 'a'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*:000000000000:rule/bus/*'],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:events:us-east-1:000000000000:rule/bus/night??'],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:s3:*'],
    ['Bool', 'aws:SecureTransport', 'True'],
    ['NumericLessThanEquals', 's3:max-keys', '100'],
    ['NumericNotEquals', 's3:max-keys', '99'],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-11-24T11:59:59Z'],
    ['DateLessThan', 'aws:CurrentTime', '1795608001'],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
    ['NotIpAddress', 'aws:SourceIp', '192.168.0.0/16'],
    ['Null', 'aws:Absent', 'true'],
    ['Null', 's3:prefix', 'false'],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'team', 'stage', 'more'],
    ['ForAllValues:StringEquals', 'aws:Absent', 'team'],
    ['ForAnyValue:StringLike', 'aws:TagKeys', 'st*'],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', 'team'],
    ['StringEquals', 'aws:PrincipalTag/team', variable('aws:PrincipalTag/team')],
  ])('the condition %s of %s holds', (operator, key, ...values) => {
    expect(evaluate(operator, key, ...values)).toBe(true);
  });

  it.each<[string, string, ...string[]]>([
    ['StringEquals', 's3:prefix', 'Reports/2026'],
    ['StringEquals', 's3:prefix', 'reports/*'],
    ['StringEquals', 'aws:Absent', 'a'],
    ['StringNotEquals', 's3:prefix', 'a', 'reports/2026'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*'],
    ['Bool', 'aws:SecureTransport', 'false'],
    ['NumericLessThan', 's3:max-keys', '100'],
    ['DateLessThan', 'aws:CurrentTime', '2026-11-24T12:00:00Z'],
    ['IpAddress', 'aws:SourceIp', '10.2.0.0/16'],
    ['Null', 's3:prefix', 'true'],
    ['ForAllValues:StringEquals', 'aws:TagKeys', 'team'],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', 'more'],
    ['ForAnyValue:StringEquals', 'aws:Absent', 'team'],
    ['ForAnyValue:StringNotEquals', 'aws:Absent', 'team'],
    ['StringEquals', 's3:prefix', variable('aws:Absent')],
  ])('the condition %s of %s does not hold', (operator, key, ...values) => {
    expect(evaluate(operator, key, ...values)).toBe(false);
  });

  it('unknown condition operators are refused', () => {
    expect(isConditionOperator('ForAnyValue:StringLikeIfExists')).toBe(true);
    expect(['StringEqual', 'NullIfExists', 'toString', ''].filter(isConditionOperator)).toEqual([]);
  });
});

describe('a policy variable', () => {
  it.each<[string, string | undefined]>([
    [`a/${variable('aws:PrincipalTag/team')}`, 'a/red'],
    [variable("aws:Absent, 'all'"), 'all'],
    [variable('aws:Absent'), undefined],
    [`${variable('*')}${variable('$')}{`, '*${'],
  ])('the policy variables of %s are replaced', (text, filled) => {
    expect(fillVariables(text, context)).toBe(filled);
  });
});
