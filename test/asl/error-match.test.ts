/** Matching of error names by `ErrorEquals`, and the choice of a catcher. */
import { describe, expect, it, test } from 'vitest';
import { findCatcher } from '../../lib/asl/catcher.ts';
import { matchesError } from '../../lib/asl/error-match.ts';

describe('matchesError', () => {
  test.each([
    [['A'], 'A', true],
    [['A'], 'a', false],
    [['A', 'B'], 'B', true],
    [['States.ALL'], 'Anything', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.DataLimitExceeded', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.TaskFailed'], 'Anything', true],
    [['States.TaskFailed'], 'States.HeartbeatTimeout', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.Runtime', false],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.*'], 'States.Timeout', false],
    [[], 'A', false],
  ])('ErrorEquals %j matches %s: %s', (errorEquals, error, expected) => {
    expect(matchesError(errorEquals, error)).toBe(expected);
  });
});

describe('findCatcher', () => {
  const catchers = [
    { ErrorEquals: ['A'], Next: 'ForA' },
    { ErrorEquals: ['A', 'B'], Next: 'ForB' },
    { ErrorEquals: ['States.ALL'], Next: 'ForAll' },
  ];

  it('findCatcher returns the first catcher that matches the error', () => {
    expect(['A', 'B', 'C'].map((error) => findCatcher(catchers, error)?.Next)).toEqual([
      'ForA',
      'ForB',
      'ForAll',
    ]);
  });

  it('findCatcher returns undefined when no catcher matches', () => {
    expect(findCatcher(catchers, 'States.Runtime')).toBeUndefined();
    expect(findCatcher([], 'A')).toBeUndefined();
  });
});
