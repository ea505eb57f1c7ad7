/** A short fuzz run of Step Functions' API; `npm run fuzz -- --api` takes the number of runs. */
import { describe, expect, it } from 'vitest';
import { fuzzApi } from './fuzz-api.ts';

describe('random requests to the API', () => {
  it('every request is answered or refused, and no answer discloses the inside', async () => {
    const { statuses } = await fuzzApi(300);

    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '404']));
  });
});
