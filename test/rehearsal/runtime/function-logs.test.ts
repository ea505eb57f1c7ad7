/** Logs of functions: metrics, and lines that must not be logged. */
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

  logs.add('worker', emf);

  expect(logs.points[0]).toEqual({
    namespace: 'millrace',
    name: 'claimed',
    value: 7,
    dimensions: { service: 'worker', queue: 'critical' },
  });
  expect(logs.sum('commitMs')).toBe(7);
  expect(logs.problems).toEqual([]);
});

it('a log line that is not JSON is a problem', () => {
  const logs = new FunctionLogs();

  logs.add('worker', '(node:1) Warning: old');

  expect(logs.problems).toMatchObject([{ functionName: 'worker', reason: 'is not a JSON object' }]);
});

it('a log line that contains a part of a payload is a problem', () => {
  const logs = new FunctionLogs(['marker-of-payload']);

  logs.add('worker', '{"input":"marker-of-payload"}');

  expect(logs.problems).toMatchObject([{ reason: 'contains a part of a payload' }]);
});

it('the recent errors of a function are its own lines of level ERROR', () => {
  const logs = new FunctionLogs();

  logs.add('worker', '{"level":"INFO","message":"well"}');
  logs.add('worker', '{"level":"ERROR","message":"bad"}');
  logs.add('other', '{"level":"ERROR","message":"not mine"}');

  expect(logs.recentErrors('worker')).toEqual(['{"level":"ERROR","message":"bad"}']);
});
