/** Functions' logs: metrics in them, and lines that should not be there. */
import { expect, it } from 'vitest';
import { FunctionLogs } from '../../../rehearsal/runtime/function-logs.ts';

const emf = JSON.stringify({
  _aws: {
    Timestamp: 1,
    CloudWatchMetrics: [
      {
        Namespace: 'millrace',
        Dimensions: [['service', 'queue']],
        Metrics: [{ Name: 'claimed' }, { Name: 'commitMs' }],
      },
    ],
  },
  service: 'worker',
  queue: 'critical',
  claimed: 7,
  commitMs: [3, 4],
});

it('metrics in the embedded format are read with their dimensions', () => {
  const logs = new FunctionLogs();

  logs.take('worker', emf);

  expect(logs.points[0]).toEqual({
    namespace: 'millrace',
    name: 'claimed',
    value: 7,
    dimensions: { service: 'worker', queue: 'critical' },
  });
  expect(logs.sum('commitMs')).toBe(7);
  expect(logs.faults).toEqual([]);
});

it('a line that is no JSON is a fault', () => {
  const logs = new FunctionLogs();

  logs.take('worker', '(node:1) Warning: old');

  expect(logs.faults).toMatchObject([{ functionName: 'worker', reason: 'is no JSON object' }]);
});

it('a line with a part of a payload is a fault', () => {
  const logs = new FunctionLogs(['marker-of-payload']);

  logs.take('worker', '{"input":"marker-of-payload"}');

  expect(logs.faults).toMatchObject([{ reason: 'holds a part of a payload' }]);
});

it('complaints of a function are its errors and what is no JSON', () => {
  const logs = new FunctionLogs();

  logs.take('worker', '{"level":"INFO","message":"well"}');
  logs.take('worker', '{"level":"ERROR","message":"bad"}');
  logs.take('other', '{"level":"ERROR","message":"not mine"}');

  expect(logs.complaints('worker')).toEqual(['{"level":"ERROR","message":"bad"}']);
});
