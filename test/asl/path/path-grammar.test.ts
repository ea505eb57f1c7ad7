/** The grammar of paths: the forms that docs/asl-support.md decides on, and random paths. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { compilePath } from '../../../lib/asl/path/json-path.ts';
import { codeIn, readDocument, section, tableRows } from '../../docs/markdown.ts';
import fc from '../../support/properties.ts';
import { createEvaluation } from '../create-evaluation.ts';

function decide(path: string): string {
  try {
    return compilePath(path).leniencies.size > 0 ? 'warning' : 'accepted';
  } catch {
    return 'refused';
  }
}

const forms = tableRows(section(readDocument('docs/asl-support.md'), '### The grammar of paths'));

describe('the forms of a path', () => {
  it('every form is accepted, warned about or refused as docs/asl-support.md says', () => {
    const documented = forms.flatMap(([examples = '', decision = '']) =>
      codeIn(examples).map((example) => [example.replaceAll('\\|', '|'), decision]),
    );

    expect(documented.length).toBeGreaterThan(70);
    expect(documented.map(([example = '']) => [example, decide(example)])).toEqual(documented);
  });
});

/** A step: what it selects of a value, and the texts that write it. */
interface Step {
  readonly texts: readonly string[];
  readonly isDefinite: boolean;
  select(value: Json): readonly Json[];
}

const isRecord = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : []);
const valuesOf = (value: Json): readonly Json[] =>
  isRecord(value) ? Object.values(value) : listOf(value);
const present = (value: Json | undefined): Json[] => (value === undefined ? [] : [value]);

const keyStep = (key: string): Step => ({
  texts: [`.${key}`, `['${key}']`, `["${key}"]`, `.['${key}']`, `[ '${key}' ]`],
  isDefinite: true,
  select: (value) => (isRecord(value) && Object.hasOwn(value, key) ? present(value[key]) : []),
});
const indexStep = (index: number): Step => ({
  texts: [`[${index}]`, `.[${index}]`, `[ ${index} ]`],
  isDefinite: true,
  select: (value) => present(listOf(value)[index]),
});
const steps: readonly Step[] = [
  ...['a', 'b', 'ä-1', 'long name'.replace(' ', '_')].map(keyStep),
  ...[0, 1, 7].map(indexStep),
  {
    texts: ['[(@.length-1)]', '[( @.length - 1 )]', '.[(@.length-1)]'],
    isDefinite: true,
    select: (value) => present(listOf(value).at(-1)),
  },
  { texts: ['[*]', '.*', '.[*]', '[ * ]'], isDefinite: false, select: valuesOf },
  {
    texts: ["[?(@.a == 'x')]", '[?(@.a==x)]', '[ ?( @.a == "x" ) ]', "[?('x' == @['a'])]"],
    isDefinite: false,
    select: (value) =>
      (Array.isArray(value) ? value : [value]).filter((item) => isRecord(item) && item.a === 'x'),
  },
  {
    texts: ['[?(@.a && !@.b)]', '[?(!(@.b || !@.a))]'],
    isDefinite: false,
    select: (value) =>
      (Array.isArray(value) ? value : [value]).filter(
        (item) => isRecord(item) && Object.hasOwn(item, 'a') && !Object.hasOwn(item, 'b'),
      ),
  },
];

const document: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>('x', 1, null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('a', 'b', 'ä-1', 'long_name'),
      tie('value'),
    ) as fc.Arbitrary<Json>,
  ),
})).value;

const path = fc.array(
  fc
    .constantFrom(...steps)
    .chain((step) => fc.constantFrom(...step.texts).map((text) => ({ step, text }))),
  { maxLength: 4 },
);

describe('random paths', () => {
  it('a path selects the same in every way of writing it', () => {
    fc.assert(
      fc.property(path, document, fc.constantFrom('', ' '), (parts, value, space) => {
        const text = `${space}$${parts.map((part) => part.text).join('')}${space}`;
        const compiled = compilePath(text);
        const matches = parts.reduce<readonly Json[]>(
          (found, { step }) => found.flatMap((item) => step.select(item)),
          [value],
        );
        const isDefinite = parts.every(({ step }) => step.isDefinite);
        const selected = compiled.select(createEvaluation(value));

        expect(compiled.definite).toBe(isDefinite);
        // Nothing is undefined or an empty list, by the type of what is missing.
        expect(isDefinite ? selected : (selected ?? [])).toEqual(isDefinite ? matches[0] : matches);
      }),
      { numRuns: 300 },
    );
  });

  it('any text is a path or is refused in words', () => {
    const characters = fc.constantFrom(...`$@.[]()'"*?!=<>&|,:- ab01~{}\\`);
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 16 }), (text) => {
        expect(['accepted', 'warning', 'refused']).toContain(decide(`$${text}`));
      }),
      { numRuns: 300 },
    );
  });
});
