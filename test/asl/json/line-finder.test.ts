/** The lines of JSON pointers in JSON and YAML. */
import { describe, expect, it } from 'vitest';
import { createLineFinder } from '../../../lib/asl/json/line-finder.ts';

const json = `{
  "StartAt": "a/b",
  "States": {
    "a/b": {
      "Type": "Choice",
      "Choices": [
        { "Next": "A" },
        {
          "Next": "B"
        }
      ]
    }
  }
}
`;
const yaml = `StartAt: A
States:
  # the only one
  A:
    Type: Pass
    Retry:
      - ErrorEquals:
          - E
    End: true
`;

describe('createLineFinder', () => {
  it.each([
    ['', 1],
    ['/StartAt', 2],
    ['/States/a~1b', 4],
    ['/States/a~1b/Choices/0/Next', 7],
    ['/States/a~1b/Choices/1', 8],
    ['/States/a~1b/Choices/1/Next', 9],
  ])('the pointer %s in JSON has line %d', (pointer, line) => {
    expect(createLineFinder(json)(pointer)).toBe(line);
  });

  it.each([
    ['/States/A', 4],
    ['/States/A/Retry/0/ErrorEquals/0', 8],
    ['/States/A/End', 9],
  ])('the pointer %s in YAML has line %d', (pointer, line) => {
    expect(createLineFinder(yaml)(pointer)).toBe(line);
  });

  it('a pointer to a missing field has the line of the last key that exists', () => {
    expect(createLineFinder(yaml)('/States/A/Next/__proto__')).toBe(4);
    expect(createLineFinder(yaml)('/States/A/Retry/7')).toBe(6);
  });

  it('a duplicate key has the line of its last occurrence, whose value the document has', () => {
    expect(createLineFinder('{"A": 1,\n"A": 2}')('/A')).toBe(2);
  });

  it('a pointer into an empty text has no line', () => {
    expect(createLineFinder('')('/A')).toBeUndefined();
  });
});
