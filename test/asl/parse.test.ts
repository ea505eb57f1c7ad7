/** Parsing of documents and definitions in JSON and YAML, and the errors of malformed texts. */

import { describe, expect, it, test } from 'vitest';
import { parseDefinition, parseDocument } from '../../lib/asl/parse.ts';
import { InvalidDefinition } from '../../lib/asl/validate/invalid-definition.ts';
import fc from '../support/properties.ts';

describe('JSON', () => {
  it('a text that starts like JSON is parsed as JSON', () => {
    expect(parseDocument(' {"a": [1, null]}')).toEqual({ a: [1, null] });
    expect(parseDocument('"text"')).toBe('text');
    expect(parseDocument('12')).toBe(12);
  });

  it('JSON after a byte order mark is parsed', () => {
    expect(parseDocument('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });

  it('a JSON key named __proto__ is data', () => {
    const document = parseDocument('{"__proto__": {"a": 1}}');

    expect(JSON.stringify(document)).toBe('{"__proto__":{"a":1}}');
  });

  it('any JSON text is parsed like JSON.parse', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseDocument(text, { source: 'any.json' })).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('malformed JSON', () => {
  test.each([
    ['{"a": 1,}', 'line 1, column 9', `expected a key in double quotes, found "}"`],
    ['{"a": 1,}', 'line 1, column 9', 'remove the comma before it'],
    ['[1,\n 2,\n]', 'line 3, column 1', 'remove the comma before it'],
    ['{"a" 1}', 'line 1, column 6', `expected ':', found "1}"`],
    ['{"a": 1 "b": 2}', 'line 1, column 9', `expected ',' or '}'`],
    ['[1 2]', 'line 1, column 4', `expected ',' or ']'`],
    ['{"a": ', 'line 1, column 7', 'expected a JSON value, found the end of the document'],
    ['{"a": "b', 'line 1, column 9', 'expected the closing double quote'],
    ['{"a": tru}', 'line 1, column 7', 'expected a JSON value, found "tru}"'],
    ["{'a': 1}", 'line 1, column 2', 'JSON strings take double quotes only'],
    ['{"a": 1} x', 'line 1, column 10', 'expected the end of the document'],
    ['{\n  // why\n}', 'line 2, column 3', 'JSON has no comments'],
    ['{"a": "\\x"}', 'line 1, column 9', 'expected a JSON escape sequence'],
    ['{"a": "two\nlines"}', 'line 1, column 11', 'no line break'],
    ['{"a": 01}', 'line 1, column 8', `expected ',' or '}'`],
    ['', 'line 1, column 1', 'the document is empty'],
  ])('the JSON text %j is rejected at %s', (text, place, reason) => {
    const parse = () => parseDocument(text, { source: 'flow.json' });

    expect(parse).toThrow(expect.objectContaining({ code: 'MALFORMED_DOCUMENT' }));
    expect(parse).toThrow(`cannot read flow.json, ${place}: `);
    expect(parse).toThrow(reason);
  });

  it('a JSON syntax error has source, line and column as fields', () => {
    expect(() => parseDocument('[\n1 2]', { source: 's.json' })).toThrow(
      expect.objectContaining({ fields: { source: 's.json', line: 2, column: 3 } }),
    );
  });

  it('a truncated JSON text is rejected with line and column', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (text, cut) => {
        const part = text.slice(0, cut % text.length);
        fc.pre(/^\s*[{["]/.test(text));
        expect(() => parseDocument(part, { source: 'cut.json' })).toThrow(/line \d+, column \d+/);
      }),
    );
  });

  test.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('endless nesting of %s is rejected, closed or not', (open, close) => {
    const text = `${open.repeat(50_000)}1${close.repeat(50_000)}`;

    expect(() => parseDocument(text)).toThrow('at most 1000 levels of nesting');
    expect(() => parseDocument(open.repeat(50_000))).toThrow('at most 1000 levels of nesting');
  });
});

describe('YAML', () => {
  it('a text is YAML by its file extension, or when it does not start like JSON', () => {
    expect(parseDocument('a: 1', { source: 'x.yaml' })).toEqual({ a: 1 });
    expect(parseDocument('{a: 1}', { source: 'x.YML' })).toEqual({ a: 1 });
    expect(parseDocument('StartAt: A\nStates: {}')).toEqual({ StartAt: 'A', States: {} });
    expect(parseDocument('# a comment\na: 1')).toEqual({ a: 1 });
  });

  it('YAML dates, times and words such as no are strings', () => {
    const document = parseDocument('a: no\nb: 2024-01-01\nc: 12:30\nd: ~\ne: true\nf: 1.5\ng: yes');

    expect(document).toEqual({
      a: 'no',
      b: '2024-01-01',
      c: '12:30',
      d: null,
      e: true,
      f: 1.5,
      g: 'yes',
    });
  });

  it('numbers in YAML that no double holds keep their digits', () => {
    const text = 'id: 9007199254740993\nshort: 1.50\nlarge: 1e400\nhex: 0x10\nagain: [2]';
    const document = parseDocument(text, { source: 'x.yaml' });

    expect(JSON.stringify(document)).toBe(
      `{"id":9007199254740993,"short":1.5,"large":1.000000000000000e400,"hex":16,"again":[2]}`,
    );
  });

  it('YAML aliases are resolved', () => {
    const text = 'retry: &retry\n  - ErrorEquals: [A]\na: *retry\nb: *retry';

    expect(parseDocument(text)).toEqual({
      retry: [{ ErrorEquals: ['A'] }],
      a: [{ ErrorEquals: ['A'] }],
      b: [{ ErrorEquals: ['A'] }],
    });
  });

  it('a YAML key named __proto__ is data', () => {
    expect(JSON.stringify(parseDocument('__proto__:\n  a: 1'))).toBe('{"__proto__":{"a":1}}');
  });

  test.each([
    ['an unclosed bracket', 'a: [1, 2\nb: 3', 'line '],
    ['a tab as indentation', 'a:\n\tb: 1', 'line 2'],
    ['a duplicate key', 'a: 1\na: 2', 'line 2'],
    ['a tag without a JSON equivalent', 'a: !Sub "b"', 'line 1'],
    ['infinity', 'a: .inf', 'the number Infinity'],
    ['an unknown alias', 'a: *missing', 'missing'],
    ['two documents', 'a: 1\n---\nb: 2', 'document'],
  ])('YAML with %s is rejected', (_, text, reason) => {
    const parse = () => parseDocument(text, { source: 'flow.yaml' });

    expect(parse).toThrow(expect.objectContaining({ code: 'MALFORMED_DOCUMENT' }));
    expect(parse).toThrow(reason);
  });

  it('YAML whose aliases multiply is rejected', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 10; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }

    expect(() => parseDocument(lines.join('\n'))).toThrow(
      expect.objectContaining({ code: 'MALFORMED_DOCUMENT' }),
    );
  });

  it('YAML that is nested without end is rejected', () => {
    expect(() => parseDocument('- '.repeat(20_000), { source: 'deep.yaml' })).toThrow(
      expect.objectContaining({ code: 'MALFORMED_DOCUMENT' }),
    );
  });
});

describe('definitions', () => {
  const valid = { StartAt: 'A', States: { A: { Type: 'Succeed' } } };

  it('a valid definition is parsed from JSON and from YAML', () => {
    expect(parseDefinition(JSON.stringify(valid))).toEqual(valid);
    expect(parseDefinition('StartAt: A\nStates:\n  A: { Type: Succeed }')).toEqual(valid);
  });

  it('an invalid definition is rejected with all problems and their locations', () => {
    const text = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } });
    const parse = () => parseDefinition(text, { source: 'flow.json' });

    expect(parse).toThrow(InvalidDefinition);
    expect(parse).toThrow(
      expect.objectContaining({
        code: 'INVALID_DEFINITION',
        fields: { source: 'flow.json', problems: 2 },
        message: [
          "InvalidDefinition: Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing " +
            "'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state " +
            "at null'",
          'Correct flow.json (2 problems); run `millrace validate FILE` for the line of each.',
        ].join('\n'),
      }),
    );
  });

  it('an invalid definition has a message of bounded length and all of its diagnostics', () => {
    const states = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`S${index}`, 1]));
    const parse = () => parseDefinition(JSON.stringify({ StartAt: 'S0', States: states }));

    expect(parse).toThrow(/^(.*\n){51} {2}and 11 more\nCorrect the definition \(61 problems\)/);
    expect(parse).toThrow(expect.objectContaining({ diagnostics: expect.toSatisfy(has61) }));
  });

  it('a text that is not an object is rejected as a definition', () => {
    expect(() => parseDefinition('not a definition')).toThrow(
      "'SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null'",
    );
  });
});

function has61(diagnostics: readonly unknown[]): boolean {
  return diagnostics.length === 61;
}
