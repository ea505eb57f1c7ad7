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
    [{ mock: { result: 'no' } }, 'ValidationException', "Invalid JSON in 'mock.result'"],
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
