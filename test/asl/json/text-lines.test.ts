/** The lines that JSON pointers lead to. */
import { describe, expect, it } from 'vitest';
import { lineFinder } from '../../../lib/asl/json/text-lines.ts';

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

describe('lineFinder', () => {
  it.each([
    ['', 1],
    ['/StartAt', 2],
    ['/States/a~1b', 4],
    ['/States/a~1b/Choices/0/Next', 7],
    ['/States/a~1b/Choices/1', 8],
    ['/States/a~1b/Choices/1/Next', 9],
  ])('finds %s in JSON at line %d', (pointer, line) => {
    expect(lineFinder(json)(pointer)).toBe(line);
  });

  it.each([
    ['/States/A', 4],
    ['/States/A/Retry/0/ErrorEquals/0', 8],
    ['/States/A/End', 9],
  ])('finds %s in YAML at line %d', (pointer, line) => {
    expect(lineFinder(yaml)(pointer)).toBe(line);
  });

  it('stops where the way of a pointer ends', () => {
    expect(lineFinder(yaml)('/States/A/Next/__proto__')).toBe(4);
    expect(lineFinder(yaml)('/States/A/Retry/7')).toBe(6);
  });

  it('finds the last of a key that stands twice, as the document has it', () => {
    expect(lineFinder('{"A": 1,\n"A": 2}')('/A')).toBe(2);
  });

  it('has no line where there is no text', () => {
    expect(lineFinder('')('/A')).toBeUndefined();
  });
});
