/** The failure thresholds in the stored options of batches. */
import { expect, it } from 'vitest';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import { readFailureThresholds } from '../../lib/batch/failure-thresholds.ts';

const { softThreshold, hardThreshold } = batchDefaults.failurePolicy;

it.each([
  [{}, { softThreshold, hardThreshold }],
  [{ failurePolicy: { hardThreshold: 0.5, windowSize: 7 } }, { softThreshold, hardThreshold: 0.5 }],
  [{ failurePolicy: null }, null],
  [
    { retriesMax: 1, failurePolicy: {} },
    { softThreshold, hardThreshold },
  ],
])('the options %j have the thresholds %j', (options, expected) => {
  expect(readFailureThresholds(JSON.stringify(options))).toEqual(expected);
});
