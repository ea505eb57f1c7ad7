/** Checking a mocked result against the response of an API. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import type { ApiShape } from '../../lib/ports/service-models.ts';
import { checkAgainstApi } from '../../lib/test-state/check-result.ts';
import { catchRefusal } from './state-test-harness.ts';

const text: ApiShape = { type: 'string' };
const entry: ApiShape = structure({ Id: text, Size: { type: 'number' } }, ['Id']);
const answer = structure(
  {
    Id: text,
    Done: { type: 'boolean' },
    Class: { type: 'string', values: ['HOT', 'COLD'] },
    Body: { type: 'any' },
    Entries: { type: 'list', item: () => entry },
    Tags: { type: 'map', item: () => text },
  },
  ['Id'],
);

function structure(fields: Readonly<Record<string, ApiShape>>, required: string[]): ApiShape {
  const members = new Map(Object.entries(fields).map(([name, shape]) => [name, () => shape]));
  return { type: 'structure', members, required };
}

const refused = (result: Json, whole = false) =>
  catchRefusal(() => checkAgainstApi(result, answer, whole)).message;
const invalid = (problem: string) => `Mock result schema validation error: ${problem}`;

describe('checkAgainstApi', () => {
  it.each([
    [{ Id: 1 }, "Field 'Id' must be a string"],
    [{ Done: 'yes' }, "Field 'Done' must be a boolean"],
    [{ Entries: {} }, "Field 'Entries' must be an array"],
    [{ Entries: [{ Id: 'a' }, { Id: ['b'] }] }, "Field 'Id' must be a string"],
    [{ Entries: [{ Size: '9' }] }, "Field 'Size' must be a number"],
    [{ Tags: [] }, "Field 'Tags' must be an object"],
    [{ Tags: { color: 7 } }, "Field 'color' must be a string"],
    [null, "Field 'result' must be an object"],
    [{ Class: 'WARM' }, "Field 'Class' is not an expected value"],
  ])('a mocked result with an invalid field is refused: %j', (result, problem) => {
    expect(refused(result)).toBe(invalid(problem));
  });

  it('a mocked result needs the required fields, nested ones too, only when it is checked as a whole', () => {
    expect(refused({ Done: true }, true)).toBe(invalid("Required field 'Id' is missing"));
    expect(refused({ Id: 'a', Entries: [{}] }, true)).toBe(
      invalid("Required field 'Id' is missing"),
    );
    expect(() => checkAgainstApi({ Done: true }, answer, false)).not.toThrow();
  });

  it('a mocked result may have unknown fields, and any value where any is allowed', () => {
    const result = { Id: 'a', SdkHttpMetadata: { HttpStatusCode: 200 }, Body: [1, { a: null }] };

    expect(() => checkAgainstApi(result, answer, true)).not.toThrow();
  });
});
