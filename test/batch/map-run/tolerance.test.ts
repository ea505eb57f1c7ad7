/** How many failures a map run bears. */
import { describe, expect, it } from 'vitest';
import { exceedsTolerated, toleranceFailure } from '../../../lib/batch/map-run/tolerance.ts';

const none = { count: null, percentage: null };

describe('the tolerated failures of a map run', () => {
  it('are none without limits', () => {
    expect(exceedsTolerated({ failed: 0, total: 10 }, none)).toBe(false);
    expect(exceedsTolerated({ failed: 1, total: 10 }, none)).toBe(true);
  });

  it('are exceeded by one more than the count', () => {
    expect(exceedsTolerated({ failed: 2, total: null }, { ...none, count: 2 })).toBe(false);
    expect(exceedsTolerated({ failed: 3, total: null }, { ...none, count: 2 })).toBe(true);
  });

  it('are exceeded by more than the percentage of all items, once these are known', () => {
    const tolerated = { ...none, percentage: 12.5 };

    expect(exceedsTolerated({ failed: 1, total: 8 }, tolerated)).toBe(false);
    expect(exceedsTolerated({ failed: 2, total: 8 }, tolerated)).toBe(true);
    expect(exceedsTolerated({ failed: 2, total: null }, tolerated)).toBe(false);
  });

  it('are exceeded by either limit where both are set', () => {
    const tolerated = { count: 5, percentage: 10 };

    expect(exceedsTolerated({ failed: 2, total: 10 }, tolerated)).toBe(true);
    expect(exceedsTolerated({ failed: 6, total: 1_000 }, tolerated)).toBe(true);
    expect(exceedsTolerated({ failed: 5, total: 1_000 }, tolerated)).toBe(false);
  });

  it('fail the run in AWS’s words when they are exceeded', () => {
    expect(toleranceFailure()).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
      causeText: 'The specified tolerated failure threshold was exceeded',
    });
  });
});
