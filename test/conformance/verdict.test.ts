/** CI rejects a change after which fewer recorded cases match. */
import { expect, it } from 'vitest';
import { verdictOn } from './verdict.ts';

const recorded = { semantic: 100, strict: 90, cases: 120 };

it('a run with fewer matching cases than on record fails with the expected count', () => {
  const { holds, message } = verdictOn({ ...recorded, semantic: 99 }, recorded);

  expect(holds).toBe(false);
  expect(message).toContain('expected at least 100 semantic');
});

it('a run with as many matching cases as on record passes', () => {
  expect(verdictOn(recorded, recorded).holds).toBe(true);
});

it('a run with more matching cases asks for the record to be raised', () => {
  const { holds, message } = verdictOn({ ...recorded, semantic: 101 }, recorded);

  expect(holds).toBe(true);
  expect(message).toContain('raise test/conformance/recorded-count.json');
});
