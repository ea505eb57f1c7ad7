/** Validation: the cases, its limits and its robustness. */

import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../lib/asl/json/json.ts';
import { parseDocument } from '../../lib/asl/parse.ts';
import { validate } from '../../lib/asl/validate.ts';
import fc from '../support/properties.ts';
import { json, readCases } from './cases.ts';

const validationCases = z.object({
  feature: z.string(),
  cases: z.array(
    z.object({
      title: z.string(),
      /** A machine, its text, its only state or the rules of its only Choice. */
      definition: json.optional(),
      text: z.string().optional(),
      state: json.optional(),
      choices: json.optional(),
      /** @default STANDARD */
      type: z.enum(['STANDARD', 'EXPRESS']).optional(),
      diagnostics: z.array(z.string()),
    }),
  ),
});

type ValidationCase = z.infer<typeof validationCases>['cases'][number];

function createMachine({ definition, text, state, choices }: ValidationCase): Json {
  if (text !== undefined) return JSON.parse(text);
  if (state !== undefined) return { StartAt: 'S', States: { S: state } };
  if (definition !== undefined || choices === undefined) return definition ?? null;
  const choice = { Type: 'Choice', Choices: choices, Default: 'S' };
  return { StartAt: 'C', States: { C: choice, S: { Type: 'Succeed' } } };
}

const files = [
  'machine',
  'states',
  'expressions',
  'rules',
  'jsonata',
  'variables',
  'resources',
  'distributed',
  'express',
  'warnings',
  'accepted',
];

for (const file of files) {
  const { feature, cases } = readCases(`validation/${file}.json`, validationCases);
  describe(feature, () => {
    for (const each of cases) {
      test(each.title, () => {
        const { type = 'STANDARD' } = each;
        const found = validate(createMachine(each), { type }).map((diagnostic) => {
          const { severity, code, message, location } = diagnostic;
          const place = location === undefined ? '' : ` at ${location}`;
          return `${severity === 'WARNING' ? 'WARNING ' : ''}${code} ${message}${place}`;
        });

        expect(found).toEqual(each.diagnostics);
      });
    }
  });
}

describe('detail', () => {
  it('a diagnostic has the value found as its detail', () => {
    const state = { Type: 'Wait', Seconds: -1, End: true };
    const [negative] = validate({ StartAt: 'S', States: { S: state } });

    expect(negative).toEqual({
      severity: 'ERROR',
      code: 'SCHEMA_VALIDATION_FAILED',
      message: 'Minimum value is 0',
      location: '/States/S/Seconds',
      detail: 'found -1',
    });
  });

  it('the diagnostic of an expression has what the parser expected as its detail', () => {
    const state = { Type: 'Pass', End: true, InputPath: '$.a[' };
    const [broken] = validate({ StartAt: 'S', States: { S: state } });

    expect(broken?.detail).toMatch(/expected an index.* at column 5 of \$\.a\[, found the end/);
  });
});

describe('limits', () => {
  it('a state name of 80 characters is accepted, one of 81 is rejected', () => {
    const machine = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Succeed' } } });

    expect(validate(machine('n'.repeat(80)))).toEqual([]);
    expect(validate(machine('n'.repeat(81)))).toMatchObject([
      { message: "A state's name must have 1 to 80 characters" },
    ]);
  });

  it('a definition that is nested without end has one diagnostic', () => {
    let rule: Json = { Variable: '$.a', IsNull: true };
    for (let level = 0; level < 20_000; level += 1) rule = { Not: rule };

    expect(validate({ StartAt: 'S', States: { S: rule } })).toMatchObject([
      { message: 'Definition must be nested at most 256 levels deep' },
    ]);
  });

  it('a machine of ten thousand states is valid', () => {
    const states = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => {
        return [`S${index}`, { Type: 'Pass', Next: `S${index + 1}` }];
      }),
    );
    const machine = { StartAt: 'S0', States: { ...states, S10000: { Type: 'Succeed' } } };

    expect(validate(machine)).toEqual([]);
  });
});

describe('many variables', () => {
  const chain = (length: number): Json => {
    const states = Array.from({ length }, (_, index) => {
      const last = index === length - 1;
      const read = { 'x.$': `$v${length - 1 - index}` };
      const flow = last ? { End: true } : { Next: `S${index + 1}` };
      return [
        `S${index}`,
        { Type: 'Pass', Assign: { [`v${index}`]: 1 }, Parameters: read, ...flow },
      ];
    });
    return { StartAt: 'S0', States: Object.fromEntries(states) };
  };

  it('a thousand variables are all checked', () => {
    const warnings = validate(chain(1_000));

    expect(warnings).toHaveLength(500);
    expect(warnings.at(-1)).toMatchObject({ location: '/States/S499/Parameters' });
  });

  it('ten thousand variables are checked up to a limit, and accepted beyond it', () => {
    const warnings = validate(chain(10_000));

    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThan(5_000);
  });
});

describe('robustness', () => {
  it('an object as the resource of a distributed Map is rejected, whatever its keys', () => {
    const State = {
      Type: 'Map',
      ResultWriter: { Resource: { toString: [] }, Parameters: { Bucket: 'b' } },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'P',
        States: { P: { Type: 'Succeed' } },
      },
      End: true,
    };

    const [diagnostic] = validate({ StartAt: 'S', States: { S: State } });

    expect(diagnostic?.location).toBe('/States/S/ResultWriter/Resource');
  });

  it('any JSON is validated without throwing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(Array.isArray(validate(document as Json))).toBe(true);
      }),
    );
  });

  it('any values in the fields of states are validated without throwing', () => {
    const field = fc.constantFrom(
      'InputPath',
      'ResultPath',
      'Parameters',
      'Retry',
      'Catch',
      'Choices',
      'Branches',
      'ItemProcessor',
      'Next',
      'End',
      'Seconds',
      'Default',
      'QueryLanguage',
      'Credentials',
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'Label',
      'Assign',
      'Resource',
      'Output',
    );
    const type = fc.constantFrom(
      'Task',
      'Pass',
      'Choice',
      'Wait',
      'Parallel',
      'Map',
      'Fail',
      'Message',
    );
    const fields = fc.dictionary(field, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(type, fields, (Type, rest) => {
        const state = { ...rest, Type } as Json;
        expect(Array.isArray(validate({ StartAt: 'S', States: { S: state } }))).toBe(true);
      }),
    );
  });
});

describe('the limits of a definition', () => {
  const passes = (output: Json, language = 'JSONata'): Json => ({
    StartAt: 'S',
    QueryLanguage: language,
    States: { S: { Type: 'Pass', Output: output, End: true } },
  });
  const expressions = (count: number, length: number) =>
    Array.from({ length: count }, (_, n) => `{% ${`${n}`.padEnd(length, ' ')}+ 1 %}`);
  const messagesOf = (definition: Json) => validate(definition).map(({ message }) => message);

  it('a definition with too many different JSONata expressions is rejected once', () => {
    const many = ['{% 1 %}', '{% 1 %}', ...expressions(2_100, 5)];

    expect(messagesOf(passes(expressions(300, 5)))).toEqual([]);
    expect(messagesOf(passes(many))).toEqual([
      'A definition may have 1500 different JSONata expressions, of together 150000 characters',
    ]);
  });

  it('a definition whose JSONata is too long together is rejected once', () => {
    expect(messagesOf(passes(expressions(40, 9_000)))).toEqual([
      'A definition may have 1500 different JSONata expressions, of together 150000 characters',
    ]);
  });

  it('a definition that is longer than at AWS is rejected', () => {
    expect(messagesOf(passes('x'.repeat(1_048_576)))).toEqual([
      'Definition must have at most 1048576 characters',
    ]);
  });

  it('a long YAML text is rejected before it is parsed', () => {
    expect(() => parseDocument(`a: ${'x'.repeat(1_048_576)}`)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_DOCUMENT' }),
    );
  });
});
