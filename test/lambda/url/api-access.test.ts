/** The roles of callers of the deployed API, by patterns of their ARNs. */
import { describe, expect, it } from 'vitest';
import { ApiAccess } from '../../../lib/lambda/url/api-access.ts';
import { matchesWildcard } from '../../../lib/lambda/url/match-wildcard.ts';

const session = 'arn:aws:sts::000000000000:assumed-role/on-call/ada@example.com';

describe('ApiAccess', () => {
  it('the first pattern that matches decides what a caller may do', () => {
    const access = new ApiAccess({
      'arn:aws:sts::*:assumed-role/on-call/*': 'operator',
      'arn:aws:iam::*:user/*': 'reader',
      '*': 'owner',
    });

    expect(access.admit(session)).toEqual({ role: 'operator' });
    expect(access.admit('arn:aws:iam::000000000000:user/ada')).toEqual({ role: 'reader' });
    expect(access.admit(null)).toEqual({ role: 'owner' });
  });

  it('a session of a role is also known by the ARN of its role', () => {
    const access = new ApiAccess({ 'arn:aws:iam::000000000000:role/on-call': 'operator' });

    expect(access.admit(session)).toEqual({ role: 'operator' });
    expect(() => access.admit(session.replace('on-call', 'on-call-too'))).toThrow(
      'on-call-too/ada@example.com has no role here: deployment.apiAccess gives one',
    );
  });

  it('an activity worker takes work and answers it, and may do nothing else', () => {
    const { role, only } = new ApiAccess({ '*': 'activityWorker' }).admit(session);

    expect(role).toBe('operator');
    expect([...(only ?? [])].toSorted()).toEqual([
      'pollActivity',
      'sendTaskFailure',
      'sendTaskHeartbeat',
      'sendTaskSuccess',
    ]);
  });
});

describe('matchesWildcard', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b', 'abc', false],
    ['a.c', 'abc', false],
    ['', 'a', false],
    ['ab**', 'ab', true],
  ])('the pattern %j matches the text %j: %s', (pattern, text, matches) => {
    expect(matchesWildcard(pattern, text)).toBe(matches);
  });

  it('a pattern of many wildcards is decided at once', () => {
    expect(matchesWildcard('*a'.repeat(40), 'b'.repeat(2_000))).toBe(false);
  });
});
