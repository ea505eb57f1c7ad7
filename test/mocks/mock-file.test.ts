/** Mock files, and the answers that they give. */
import { describe, expect, it } from 'vitest';
import { selectMockedAnswer, toMockedResult } from '../../lib/mocks/mock-answer.ts';
import { findMockCase, parseMockFile } from '../../lib/mocks/mock-file.ts';

const document = {
  StateMachines: {
    order: { TestCases: { Happy: { Charge: 'Charged' }, Retried: { Charge: 'AtThird' } } },
  },
  MockedResponses: {
    Charged: { '0': { Return: [1, 'any JSON', null] } },
    AtThird: { '2': { Return: 7 }, '0-1': { Throw: { Error: 'Busy', Cause: 'later' } } },
  },
};

function answers(testCase: string, calls: readonly number[]) {
  const response = findMockCase(parseMockFile(document, 'mocks.json'), 'order', testCase).get(
    'Charge',
  );
  return calls.map((call) => response && selectMockedAnswer(response, call));
}

describe('parseMockFile', () => {
  it('a mocked call takes the answer whose number or range has its number', () => {
    const busy = { kind: 'throw', error: 'Busy', cause: 'later' };

    expect(answers('Retried', [0, 1, 2])).toEqual([busy, busy, { kind: 'return', value: 7 }]);
    expect(answers('Happy', [0])).toEqual([{ kind: 'return', value: [1, 'any JSON', null] }]);
  });

  it('a call beyond the last answer fails in a way that no catcher of States.ALL hides', () => {
    expect(answers('Happy', [1])).toEqual([
      {
        kind: 'throw',
        error: 'States.Runtime',
        cause: "the mocked response 'Charged' has no answer to call 1: its last is 0",
      },
    ]);
  });

  it('the faults of a mock file are all reported, each with its place', () => {
    const faulty = {
      StateMachines: { order: { TestCases: { Happy: { Charge: 'Chraged' } } }, other: {} },
      MockedResponses: {
        Charged: { '0': { Return: 1 }, '2': { Return: 1 } },
        Both: { '0': { Return: 1, Throw: { Error: 'a' } } },
        Twice: { '0-2': { Return: 1 }, '2': { Return: 1 } },
        Range: { '2-1': { Return: 1 } },
        Error: { '0': { Throw: { Error: 7 } } },
        None: {},
      },
    };

    expect(() => parseMockFile(faulty, 'mocks.json')).toThrow(
      [
        'mocks.json is not a valid mock file:',
        '  MockedResponses.Charged: no answer to call 1; calls are counted from 0 without a gap',
        '  MockedResponses.Both.0: expected either Return or Throw',
        '  MockedResponses.Both: expected at least one answer, such as {"0": {"Return": {}}}',
        '  MockedResponses.Twice: two answers to call 2; each call has one',
        '  MockedResponses.Range.2-1: expected the number of a call, or a range such as 1-3',
        '  MockedResponses.Range: expected at least one answer, such as {"0": {"Return": {}}}',
        '  MockedResponses.Error.0.Throw: expected {"Error": a text, "Cause": a text}',
        '  MockedResponses.Error: expected at least one answer, such as {"0": {"Return": {}}}',
        '  MockedResponses.None: expected at least one answer, such as {"0": {"Return": {}}}',
        '  StateMachines.order.TestCases.Happy.Charge: expected a name in MockedResponses ' +
          '(Charged, Both, Twice, Range, Error, None), found "Chraged"',
        '  StateMachines.other.TestCases: expected an object, found nothing',
      ].join('\n'),
    );
    expect(() => parseMockFile([], 'mocks.json')).toThrow('expected an object with StateMachines');
    expect(() => parseMockFile({ StateMachines: {}, MockedResponse: {} }, 'a')).toThrow(
      'MockedResponse: the key is MockedResponses',
    );
  });

  it('an unknown test case is reported with those that there are', () => {
    const file = parseMockFile(document, 'mocks.json');

    expect(() => findMockCase(file, 'order', 'Sad')).toThrow(
      "the machine 'order' has no test case 'Sad' (known: Happy, Retried)",
    );
    expect(() => findMockCase(file, 'ordr', 'Happy')).toThrow(
      "the mock file has no machine 'ordr' (known: order)",
    );
  });
});

describe('toMockedResult', () => {
  it('the mocked answer of a job follows the acceptance of its request', () => {
    const answer = { ok: true, result: 1 };

    expect(toMockedResult({ kind: 'return', value: 1 }, 'request')).toEqual(answer);
    for (const pattern of ['sync', 'token'] as const) {
      expect(toMockedResult({ kind: 'return', value: 1 }, pattern)).toEqual({
        ok: true,
        submitted: {},
        answer,
      });
    }
  });
});
