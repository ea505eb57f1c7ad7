/** The JSON texts of a request. */
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../lib/test-state/documents.ts';
import { catchRefusal } from './state-test-harness.ts';

const read = (fields: object) => readDocuments({ definition: '{}', ...fields });

describe('readDocuments', () => {
  it('a missing input is an empty object', () => {
    expect(read({}).input).toEqual({});
  });

  it('an input may have keys with a meaning elsewhere', () => {
    const { input } = read({ input: '{"__proto__":{"a":1}}' });

    expect(JSON.stringify(input)).toBe('{"__proto__":{"a":1}}');
  });

  it.each([
    [{ input: '{' }, 'InvalidExecutionInput', "Invalid JSON in 'input'"],
    [{ variables: '[]' }, 'ValidationException', "'variables' must be a JSON object."],
    [{ mock: { result: 'no' } }, 'ValidationException', 'Mocked result must be valid JSON'],
    [
      { context: '{"Execution":{"Colour":"blue"}}' },
      'ValidationException',
      "Invalid Context object provided: Field 'Colour' is not allowed",
    ],
    [
      { context: '{"Execution":{"Name":7}}' },
      'ValidationException',
      'Invalid Context object provided: Execution.Name must be a string',
    ],
    [
      { context: '{"State":{"RetryCount":"7"}}' },
      'ValidationException',
      'Invalid Context object provided: State.RetryCount must be a number',
    ],
    [
      { context: '{"StateMachine":"m"}' },
      'ValidationException',
      'Invalid Context object provided: StateMachine must be an object',
    ],
    [
      { context: '{"Execution":{"constructor":1}}' },
      'ValidationException',
      "Invalid Context object provided: Field 'constructor' is not allowed",
    ],
    [
      { context: '{"Map":{}}' },
      'ValidationException',
      "Invalid Context object provided: 'Map' field is not supported when mocking a Context object",
    ],
    [
      { context: '{"Weather":{}}' },
      'ValidationException',
      "Invalid Context object provided: Field 'Weather' is not allowed",
    ],
  ])('an invalid document is refused: %j', (fields, type, message) => {
    expect(catchRefusal(() => read(fields))).toEqual({ type, message });
  });
});
