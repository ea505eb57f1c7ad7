/** A bounded fuzz; `npm run fuzz` goes on for as long as it is told to. */
import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('any definition, input and course of events', () => {
  it('is refused with a reason, or runs without a throw and with all invariants', () => {
    const tally = fuzz(200);

    expect(Object.keys(tally)).toEqual(expect.arrayContaining(['refused', 'FAILED']));
  }, 60_000);
});
