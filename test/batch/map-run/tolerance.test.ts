/** The failures that a map run tolerates. */
import { describe, expect, it } from 'vitest';
import { exceedsTolerated, toleranceFailure } from '../../../lib/batch/map-run/tolerance.ts';

const none = { count: null, percentage: null };

describe('the tolerated failures of a map run', () => {
  it('a single failure exceeds the tolerated failures when there are no limits', () => {
    expect(exceedsTolerated({ failed: 0, total: 10 }, none)).toBe(false);
    expect(exceedsTolerated({ failed: 1, total: 10 }, none)).toBe(true);
  });

  it('one failure more than ToleratedFailureCount exceeds the tolerated failures', () => {
    expect(exceedsTolerated({ failed: 2, total: null }, { ...none, count: 2 })).toBe(false);
    expect(exceedsTolerated({ failed: 3, total: null }, { ...none, count: 2 })).toBe(true);
  });

  it('ToleratedFailurePercentage is checked once the number of all items is known', () => {
    const tolerated = { ...none, percentage: 12.5 };

    expect(exceedsTolerated({ failed: 1, total: 8 }, tolerated)).toBe(false);
    expect(exceedsTolerated({ failed: 2, total: 8 }, tolerated)).toBe(true);
    expect(exceedsTolerated({ failed: 2, total: null }, tolerated)).toBe(false);
  });

  it('either limit on tolerated failures can be exceeded when both are set', () => {
    const tolerated = { count: 5, percentage: 10 };

    expect(exceedsTolerated({ failed: 2, total: 10 }, tolerated)).toBe(true);
    expect(exceedsTolerated({ failed: 6, total: 1_000 }, tolerated)).toBe(true);
    expect(exceedsTolerated({ failed: 5, total: 1_000 }, tolerated)).toBe(false);
  });

  it('exceeded tolerated failures fail the map run with the error of AWS', () => {
    expect(toleranceFailure()).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
      causeText: 'The specified tolerated failure threshold was exceeded',
    });
  });
});
