/** CI refuses a change after which fewer recorded cases come out right. */
import { expect, it } from 'vitest';
import { verdictOn } from './verdict.ts';

const recorded = { semantic: 100, strict: 90, cases: 120 };

it('refuses a run in which fewer recorded cases come out right, and says how many must', () => {
  const { holds, message } = verdictOn({ ...recorded, semantic: 99 }, recorded);

  expect(holds).toBe(false);
  expect(message).toContain('expected at least 100 semantic');
});

it('accepts as many right cases as on record', () => {
  expect(verdictOn(recorded, recorded).holds).toBe(true);
});

it('asks for the record to be raised when more cases come out right', () => {
  const { holds, message } = verdictOn({ ...recorded, semantic: 101 }, recorded);

  expect(holds).toBe(true);
  expect(message).toContain('raise test/conformance/recorded-count.json');
});
