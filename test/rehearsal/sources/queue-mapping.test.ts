/** Event source mappings: what a template says, and what AWS makes of it. */
import { expect, it } from 'vitest';
import {
  type MappingSurroundings,
  mappingFaults,
  type QueueMapping,
  queueMapping,
} from '../../../rehearsal/sources/queue-mapping.ts';

const mapping: QueueMapping = {
  queueArn: 'arn:aws:sqs:us-east-1:000000000000:q',
  functionName: 'worker',
  batchSize: 100,
  windowMs: 1_000,
  concurrencyMax: 5,
  reportsFailures: true,
  enabled: true,
};
const around: MappingSurroundings = {
  timeoutMs: 60_000,
  reservedConcurrency: 10,
  visibilityMs: 361_000,
};

it('a mapping is read off its template, with what Lambda takes where it is silent', () => {
  const read = queueMapping({
    EventSourceArn: mapping.queueArn,
    FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 1,
    ScalingConfig: { MaximumConcurrency: 5 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const silent = queueMapping({ EventSourceArn: mapping.queueArn, FunctionName: 'worker' });

  expect(read).toEqual(mapping);
  expect(silent).toMatchObject({ batchSize: 10, windowMs: 0, concurrencyMax: null });
  expect(silent).toMatchObject({ reportsFailures: false, enabled: true });
});

it('a mapping that fits its queue and function has no faults', () => {
  expect(mappingFaults(mapping, around)).toEqual([]);
});

it.each<[string, Partial<QueueMapping>, Partial<MappingSurroundings>, RegExp]>([
  [
    'a visibility below the timeout',
    {},
    { visibilityMs: 30_000 },
    /AWS refuses it: .*30 s is less/,
  ],
  ['a visibility below six timeouts', {}, { visibilityMs: 360_000 }, /360 s is less than 361 s/],
  ['a large batch without a window', { windowMs: 0 }, {}, /needs a window of at least 1 s/],
  ['too little concurrency', { concurrencyMax: 1 }, {}, /1 is not 2 to 1,000/],
  ['more concurrency than is reserved', {}, { reservedConcurrency: 4 }, /more than the 4/],
])('%s is told of a mapping', (_, changes, surroundings, expected) => {
  const faults = mappingFaults({ ...mapping, ...changes }, { ...around, ...surroundings });

  expect(faults).toEqual([expect.stringMatching(expected)]);
});
