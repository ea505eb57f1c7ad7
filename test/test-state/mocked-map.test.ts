/** A Map whose iterations are mocked. */
import { describe, expect, it } from 'vitest';
import {
  catchRefusal,
  inspect,
  runStateTest,
  type StateTestOptions,
} from './state-test-harness.ts';

const ItemProcessor = { StartAt: 'Pack', States: { Pack: { Type: 'Pass', End: true } } };
const map = (fields: object = {}) => ({
  Type: 'Map',
  ItemsPath: '$.items',
  ItemProcessor,
  End: true,
  ...fields,
});
const jsonata = (fields: object = {}) => ({
  Type: 'Map',
  QueryLanguage: 'JSONata',
  Items: '{% $states.input.items %}',
  ItemProcessor,
  End: true,
  ...fields,
});
const input = { items: ['a', 'b', 'c'] };
const failures = (mapIterationFailureCount: number): StateTestOptions => ({
  input,
  mock: { result: [1, 2, 3] },
  stateConfiguration: { mapIterationFailureCount },
});

describe('runMockedMap', () => {
  it('a mocked Map applies its data flow fields to the mocked outputs', () => {
    expect(
      runStateTest(map({ ResultPath: '$.done' }), { input, mock: { result: [1, 2, 3] } }),
    ).toEqual({
      status: 'SUCCEEDED',
      output: '{"items":["a","b","c"],"done":[1,2,3]}',
    });
  });

  it('the inspection of a mocked Map shows items, iteration inputs and limits', () => {
    const state = map({
      ItemSelector: { 'it.$': '$$.Map.Item.Value', 'at.$': '$$.Map.Item.Index' },
      MaxConcurrency: 2,
      ToleratedFailureCount: 1,
      ToleratedFailurePercentage: 50,
    });

    expect(inspect(state, { input, mock: { result: [1, 2, 3] } })).toMatchObject({
      afterInputPath: input,
      afterItemsPath: ['a', 'b', 'c'],
      afterItemSelector: [
        { it: 'a', at: 0 },
        { it: 'b', at: 1 },
        { it: 'c', at: 2 },
      ],
      maxConcurrency: 2,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: 50,
    });
  });

  it('a mocked Map accepts a fraction as its tolerated failure percentage', () => {
    const state = jsonata({ ToleratedFailurePercentage: '{% 33.3 %}' });

    expect(runStateTest(state, failures(1))).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });

  it('the inspection of a mocked JSONata Map shows neither items nor paths', () => {
    expect(inspect(jsonata(), { input, mock: { result: [1, 2, 3] } })).toEqual({
      input,
      maxConcurrency: 0,
    });
  });

  it('a mocked Map without items fails before its limits are evaluated', () => {
    const options = { input: { items: 1 }, mock: { result: [] } };

    expect(runStateTest(map(), options)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
    expect(inspect(map(), options)).not.toHaveProperty('maxConcurrency');
  });

  it.each([
    [{ ToleratedFailureCount: 1 }, 1, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1 }, 2, 'FAILED'],
    [{ ToleratedFailurePercentage: 50 }, 1, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 50 }, 2, 'FAILED'],
    [{}, 3, 'SUCCEEDED'],
  ])('a mocked Map with %j and %i failures is %s', (fields, count, status) => {
    expect(runStateTest(jsonata(fields), failures(count)).status).toBe(status);
  });

  it('a mocked Map with too many failures fails with its own error', () => {
    const Catch = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Repair' }];

    expect(runStateTest(map({ ToleratedFailureCount: 0, Catch }), failures(1))).toMatchObject({
      status: 'CAUGHT_ERROR',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
      nextState: 'Repair',
    });
  });

  it('a mocked Map fails with the mocked error of a state inside, whatever it tolerates', () => {
    const mock = { errorOutput: { error: 'Torn', cause: 'the box' } };
    const stateConfiguration = { errorCausedByState: 'Pack', mapIterationFailureCount: 1 };

    expect(
      runStateTest(map({ ToleratedFailureCount: 2 }), { input, mock, stateConfiguration }),
    ).toEqual({
      status: 'FAILED',
      error: 'Torn',
      cause: 'the box',
    });
  });

  it('a mocked Map refuses more failures than iterations', () => {
    expect(catchRefusal(() => runStateTest(map(), failures(4)))).toEqual({
      type: 'ValidationException',
      message:
        'Map iteration failure count must be less than or equal to the number of Map iterations',
    });
  });
});
