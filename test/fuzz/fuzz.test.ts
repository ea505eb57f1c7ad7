/** A short fuzz run; `npm run fuzz` takes the number of runs. */
import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

describe('fuzz', () => {
  it('any definition is rejected with a reason, or runs without throwing and keeps all invariants', () => {
    const { tally, blockMs } = fuzz(200);

    expect(blockMs.definition).toContain('StartAt');
    expect(Object.keys(tally)).toEqual(expect.arrayContaining(['refused', 'FAILED']));
  }, 60_000);
});
