/** Event source mappings: their properties, and why AWS would refuse one. */
import { expect, it } from 'vitest';
import {
  findMappingProblems,
  type MappingContext,
  type QueueMapping,
  readQueueMapping,
} from '../../../rehearsal/sources/queue-mapping.ts';

const mapping: QueueMapping = {
  queueArn: 'arn:aws:sqs:us-east-1:000000000000:q',
  functionName: 'worker',
  qualifier: null,
  batchSize: 100,
  windowMs: 1_000,
  concurrencyMax: 5,
  reportsFailures: true,
  enabled: true,
};
const context: MappingContext = {
  timeoutMs: 60_000,
  reservedConcurrency: 10,
  visibilityMs: 361_000,
};

it("a mapping has the template's properties, or else Lambda's defaults", () => {
  const read = readQueueMapping({
    EventSourceArn: mapping.queueArn,
    FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 1,
    ScalingConfig: { MaximumConcurrency: 5 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const bare = readQueueMapping({ EventSourceArn: mapping.queueArn, FunctionName: 'worker' });

  expect(read).toEqual(mapping);
  expect(bare).toMatchObject({ batchSize: 10, windowMs: 0, concurrencyMax: null });
  expect(bare).toMatchObject({ reportsFailures: false, enabled: true });
});

it('a mapping that fits its queue and its function has no problems', () => {
  expect(findMappingProblems(mapping, context)).toEqual([]);
});

it.each<[string, Partial<QueueMapping>, Partial<MappingContext>, RegExp]>([
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
])('a mapping is reported: %s', (_, changes, contextChanges, expected) => {
  const problems = findMappingProblems(
    { ...mapping, ...changes },
    { ...context, ...contextChanges },
  );

  expect(problems).toEqual([expect.stringMatching(expected)]);
});
