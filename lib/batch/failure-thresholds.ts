import * as z from 'zod';
import { batchDefaults, type FailurePolicy } from './batch-options.ts';

/** The failure rates that warn and that pause a batch. */
export type FailureThresholds = Pick<FailurePolicy, 'softThreshold' | 'hardThreshold'>;

const { softThreshold, hardThreshold } = batchDefaults.failurePolicy;

/** Made once: a list reads the options of many batches, and a schema takes long to make. */
const optionsShape = z.looseObject({
  failurePolicy: z
    .looseObject({
      softThreshold: z.number().default(softThreshold),
      hardThreshold: z.number().default(hardThreshold),
    })
    .nullable()
    .prefault({}),
});

/** Reads the thresholds in the stored options of a batch; null when failures do nothing. */
export function readFailureThresholds(options: string): FailureThresholds | null {
  const { failurePolicy } = optionsShape.parse(JSON.parse(options));
  if (failurePolicy === null) return null;
  return { softThreshold: failurePolicy.softThreshold, hardThreshold: failurePolicy.hardThreshold };
}
