/** A Map whose iterations are mocked. */
import { describe, expect, it } from 'vitest';
import { type Asked, ask, inspect, refusalOf } from './ask.ts';

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
const failures = (mapIterationFailureCount: number): Asked => ({
  input,
  mock: { result: [1, 2, 3] },
  stateConfiguration: { mapIterationFailureCount },
});

describe('runMockedMap', () => {
  it('puts out the mocked outputs through the Map’s own fields', () => {
    expect(ask(map({ ResultPath: '$.done' }), { input, mock: { result: [1, 2, 3] } })).toEqual({
      status: 'SUCCEEDED',
      output: '{"items":["a","b","c"],"done":[1,2,3]}',
    });
  });

  it('shows the items, the inputs of the iterations, and the limits', () => {
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

  it('takes a percentage of tolerated failures that is no whole number', () => {
    const state = jsonata({ ToleratedFailurePercentage: '{% 33.3 %}' });

    expect(ask(state, failures(1))).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });

  it('shows neither items nor paths in JSONata', () => {
    expect(inspect(jsonata(), { input, mock: { result: [1, 2, 3] } })).toEqual({
      input,
      maxConcurrency: 0,
    });
  });

  it('fails before its limits are read when there are no items', () => {
    const asked = { input: { items: 1 }, mock: { result: [] } };

    expect(ask(map(), asked)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(inspect(map(), asked)).not.toHaveProperty('maxConcurrency');
  });

  it.each([
    [{ ToleratedFailureCount: 1 }, 1, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1 }, 2, 'FAILED'],
    [{ ToleratedFailurePercentage: 50 }, 1, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 50 }, 2, 'FAILED'],
    [{}, 3, 'SUCCEEDED'],
  ])('holds %j against %i failures: %s', (fields, count, status) => {
    expect(ask(jsonata(fields), failures(count)).status).toBe(status);
  });

  it('fails by its own error when more iterations fail than it tolerates', () => {
    const Catch = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Mend' }];

    expect(ask(map({ ToleratedFailureCount: 0, Catch }), failures(1))).toMatchObject({
      status: 'CAUGHT_ERROR',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
      nextState: 'Mend',
    });
  });

  it('fails by the mocked error of a state inside, whatever it tolerates', () => {
    const mock = { errorOutput: { error: 'Torn', cause: 'the box' } };
    const stateConfiguration = { errorCausedByState: 'Pack', mapIterationFailureCount: 1 };

    expect(ask(map({ ToleratedFailureCount: 2 }), { input, mock, stateConfiguration })).toEqual({
      status: 'FAILED',
      error: 'Torn',
      cause: 'the box',
    });
  });

  it('refuses more failures than there are iterations', () => {
    expect(refusalOf(() => ask(map(), failures(4)))).toEqual({
      type: 'ValidationException',
      message:
        'Map iteration failure count must be less than or equal to the number of Map iterations',
    });
  });
});
