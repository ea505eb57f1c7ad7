/** The compact form of histories: what is decoded is what was encoded, letter for letter. */
import { describe, expect, it } from 'vitest';
import { countHistory, decodeHistory } from '../../../lib/engine/history/decode-history.ts';
import { encodeHistory } from '../../../lib/engine/history/encode-history.ts';
import { fieldOfCode, typeOfCode } from '../../../lib/engine/history/history-codes.ts';
import { type HistoryEvent, notTruncated } from '../../../lib/engine/history-event.ts';
import fc from '../../support/properties.ts';

const id = fc.oneof(fc.nat(99), fc.constantFrom(0, 25_000, 2 ** 53 - 1));
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('', 'work', '{"a":1}', '{"a":1}', ' ,', '\0', '\ud800', '🦆', '~1 '),
);

/** Details with every field, in any order, and with values that no event has. */
const details = fc.dictionary(
  fc.constantFrom('input', 'inputDetails', 'output', 'error', 'cause', 'name', 'index', 'other'),
  fc.oneof(
    text,
    id,
    fc.constantFrom<unknown>({ truncated: false }, { truncated: true }, null, -1, 0.5, true),
    fc.dictionary(text, text, { maxKeys: 3 }),
  ),
  { noNullPrototype: true },
);
const common = {
  type: fc.constantFrom('TaskStateEntered', 'ParallelStateExited', 'TaskScheduled', 'Later'),
  id,
  previousEventId: id,
  timestamp: fc.oneof(fc.nat(2_000_000_000_000), fc.constant(1.5)),
};
const events = fc.array(
  fc.oneof(
    fc.record(common),
    fc.record({ ...common, stateEnteredEventDetails: details }),
    fc.record({ ...common, stateExitedEventDetails: details }),
    fc.record({ ...common, taskScheduledEventDetails: details, laterEventDetails: details }),
  ),
  { maxLength: 20 },
) as fc.Arbitrary<HistoryEvent[]>;

describe('the compact form of a history', () => {
  it('any events are decoded as they were encoded, in the order of their fields', () => {
    fc.assert(
      fc.property(events, (given) => {
        const encoded = encodeHistory(given);

        expect(JSON.stringify(decodeHistory(encoded))).toBe(JSON.stringify(given));
        expect(countHistory(encoded)).toBe(given.length);
        expect(encoded.isWellFormed() && !encoded.includes('\0')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('a JSON array, which earlier releases stored, is decoded too', () => {
    const given = '[{"type":"TaskSucceeded","id":3,"previousEventId":2,"timestamp":5}]';

    expect(JSON.stringify(decodeHistory(given))).toBe(given);
    expect(countHistory(given)).toBe(1);
  });

  it('a history that was stored in the first version of the form is read by every later release', () => {
    const stored =
      '~1 6 5 mx3vs36z nC*D~ O+12G*C0D~T@* ^Q#3 !* C>9<0-3E*F@* D>11<0: 7,5,9,23,3,10 ' +
      '{"a":1}Check{"x":"1"}{"type":"Later","id":8}Odd"a\\u0000b"';

    expect(decodeHistory(stored)).toEqual([
      {
        type: 'LambdaFunctionSucceeded',
        id: 5,
        previousEventId: 4,
        timestamp: 1_796_080_204_331,
        lambdaFunctionSucceededEventDetails: { output: '{"a":1}', outputDetails: notTruncated },
      },
      {
        type: 'TaskStateExited',
        id: 6,
        previousEventId: 5,
        timestamp: 1_796_080_204_343,
        stateExitedEventDetails: {
          name: 'Check',
          output: '{"a":1}',
          outputDetails: notTruncated,
          assignedVariables: { x: '1' },
        },
      },
      {
        type: 'MapStateStarted',
        id: 7,
        previousEventId: 6,
        timestamp: 1_796_080_204_343,
        mapStateStartedEventDetails: { length: 3 },
      },
      { type: 'Later', id: 8 },
      {
        type: 'ExecutionFailed',
        id: 9,
        previousEventId: 0,
        timestamp: 1_796_080_204_340,
        executionFailedEventDetails: { error: 'Odd', cause: 'a\0b' },
      },
      {
        type: 'ExecutionTimedOut',
        id: 11,
        previousEventId: 0,
        timestamp: 1_796_080_204_340,
        executionTimedOutEventDetails: {},
      },
    ]);
  });

  it('every type and field keeps the code that it was stored with', () => {
    const characters = Array.from({ length: 62 }, (_, index) => String.fromCharCode(65 + index));

    const types = characters.flatMap((code) => typeOfCode(code) ?? []);
    const fields = characters.flatMap((code) => fieldOfCode(code) ?? []);

    expect(types.join(' ')).toBe(
      'ExecutionStarted ExecutionSucceeded ExecutionFailed ExecutionTimedOut ' +
        'ExecutionAborted ExecutionRedriven TaskStateEntered PassStateEntered ' +
        'ChoiceStateEntered WaitStateEntered SucceedStateEntered FailStateEntered ' +
        'ParallelStateEntered MapStateEntered TaskStateExited PassStateExited ' +
        'ChoiceStateExited WaitStateExited SucceedStateExited ParallelStateExited ' +
        'MapStateExited TaskStateAborted WaitStateAborted ParallelStateAborted ' +
        'MapStateAborted ParallelStateStarted ParallelStateSucceeded ParallelStateFailed ' +
        'MapStateStarted MapStateSucceeded MapStateFailed MapIterationStarted ' +
        'MapIterationSucceeded MapIterationFailed MapIterationAborted MapRunStarted ' +
        'MapRunSucceeded MapRunFailed MapRunAborted MapRunRedriven EvaluationFailed ' +
        'TaskSubmitted LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded ' +
        'LambdaFunctionFailed LambdaFunctionTimedOut TaskScheduled TaskStarted TaskSucceeded ' +
        'TaskFailed TaskTimedOut ActivityScheduled ActivityStarted ActivitySucceeded ' +
        'ActivityFailed ActivityTimedOut',
    );
    expect(fields.join(' ')).toBe(
      'input inputDetails output outputDetails error cause name resource resourceType ' +
        'roleArn region parameters timeoutInSeconds heartbeatInSeconds taskCredentials index ' +
        'length mapRunArn redriveCount assignedVariables assignedVariablesDetails location ' +
        'state workerName',
    );
  });

  it('a text that is cut short, or in the form of a later release, is refused with the reason', () => {
    const encoded = encodeHistory([
      { type: 'TaskStarted', id: 1, previousEventId: 0, timestamp: 1 },
    ]);

    expect(() => decodeHistory(encoded.slice(0, 6))).toThrow('a compact history is complete');
    expect(() => decodeHistory(`~2${encoded.slice(2)}`)).toThrow(/form 2.*Upgrade this one/);
  });
});
