/** The JSON texts of a request. */
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../lib/test-state/documents.ts';
import { refusalOf } from './ask.ts';

const read = (fields: object) => readDocuments({ definition: '{}', ...fields });

describe('readDocuments', () => {
  it('takes an empty object for an input that is not given', () => {
    expect(read({}).input).toEqual({});
  });

  it('keeps keys that mean something elsewhere as data', () => {
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
  ])('refuses %j', (fields, type, message) => {
    expect(refusalOf(() => read(fields))).toEqual({ type, message });
  });
});
