/** Which messages of a batch Lambda deletes, and which are delivered again. */
import { describe, expect, it } from 'vitest';
import { evaluateBatchResponse } from '../../../rehearsal/sources/evaluate-batch-response.ts';

const ids = ['a', 'b', 'c'];

function evaluate(answer: unknown, reports = true) {
  const outcome = { kind: 'answered', payload: JSON.stringify(answer) } as const;
  return evaluateBatchResponse(ids, outcome, reports);
}

describe('with ReportBatchItemFailures', () => {
  it.each([[null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    'the response %j deletes all messages',
    (answer) => {
      expect(evaluate(answer)).toEqual({ done: ids, failed: [], problem: null });
    },
  );

  it('reported messages are delivered again, and the others are deleted', () => {
    expect(evaluate({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual({
      done: ['a', 'c'],
      failed: ['b'],
      problem: null,
    });
  });

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: 'a' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'stranger' }] }],
    [{ batchItemFailures: 'a' }],
    ['text'],
  ])('the response %j fails the whole batch', (answer) => {
    const { done, failed, problem } = evaluate(answer);

    expect([done, failed]).toEqual([[], ids]);
    expect(problem).not.toBeNull();
  });

  it('a response with another key deletes all messages, which is reported as a problem', () => {
    const { done, problem } = evaluate({ itemFailures: [{ itemIdentifier: 'a' }] });

    expect(done).toEqual(ids);
    expect(problem).toContain('no batchItemFailures');
  });

  it('a function error fails the whole batch', () => {
    const error = { errorType: 'Error', errorMessage: 'no' };

    expect(evaluateBatchResponse(ids, { kind: 'failed', error }, true).failed).toEqual(ids);
  });
});

describe('without ReportBatchItemFailures', () => {
  it('a response with failures loses their messages, which is reported as a problem', () => {
    const { done, problem } = evaluate({ batchItemFailures: [{ itemIdentifier: 'a' }] }, false);

    expect(done).toEqual(ids);
    expect(problem).toContain('no ReportBatchItemFailures');
  });
});
