/** Which messages of a batch are deleted, and which come again. */
import { describe, expect, it } from 'vitest';
import { judgeBatch } from '../../../rehearsal/sources/batch-response.ts';

const ids = ['a', 'b', 'c'];

function judge(answer: unknown, reports = true) {
  const outcome = { kind: 'answered', payload: JSON.stringify(answer) } as const;
  return judgeBatch(ids, outcome, reports);
}

describe('with ReportBatchItemFailures', () => {
  it.each([[null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    'the answer %j deletes all messages',
    (answer) => {
      expect(judge(answer)).toEqual({ done: ids, failed: [], defect: null });
    },
  );

  it('the messages that are named come again, and the others are deleted', () => {
    expect(judge({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual({
      done: ['a', 'c'],
      failed: ['b'],
      defect: null,
    });
  });

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ id: 'a' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'stranger' }] }],
    [{ batchItemFailures: 'a' }],
    ['text'],
  ])('the answer %j fails the whole batch', (answer) => {
    const { done, failed, defect } = judge(answer);

    expect([done, failed]).toEqual([[], ids]);
    expect(defect).not.toBeNull();
  });

  it('an answer with another key deletes all messages, which is told as a defect', () => {
    const { done, defect } = judge({ itemFailures: [{ itemIdentifier: 'a' }] });

    expect(done).toEqual(ids);
    expect(defect).toContain('no batchItemFailures');
  });

  it('a function error fails the whole batch', () => {
    const error = { errorType: 'Error', errorMessage: 'no' };

    expect(judgeBatch(ids, { kind: 'failed', error }, true).failed).toEqual(ids);
  });
});

describe('without ReportBatchItemFailures', () => {
  it('an answer that names failures loses them, which is told as a defect', () => {
    const { done, defect } = judge({ batchItemFailures: [{ itemIdentifier: 'a' }] }, false);

    expect(done).toEqual(ids);
    expect(defect).toContain('no ReportBatchItemFailures');
  });
});
