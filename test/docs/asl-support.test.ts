/** docs/asl-support.md leaves out nothing that the language here knows. */
import { describe, expect, it } from 'vitest';
import { comparisonOperators, typeTests } from '../../lib/asl/choice-operators.ts';
import { arrayFunctions } from '../../lib/asl/intrinsics/arrays.ts';
import { documentFunctions } from '../../lib/asl/intrinsics/documents.ts';
import { encodingFunctions } from '../../lib/asl/intrinsics/encodings.ts';
import { numberFunctions } from '../../lib/asl/intrinsics/numbers.ts';
import { stringFunctions } from '../../lib/asl/intrinsics/strings.ts';
import { filterOperators } from '../../lib/asl/path/filter-operators.ts';
import { pathFunctions } from '../../lib/asl/path/path-functions.ts';
import { ErrorName } from '../../lib/asl/state-error.ts';
import { engineLimitDefaults } from '../../lib/engine/limits.ts';
import { codeIn, readDocument, section, tableRows } from './markdown.ts';

const text = readDocument('docs/asl-support.md');
const named = new Set(codeIn(text));

function unnamed(names: Iterable<string>): string[] {
  return [...names].filter((name) => !named.has(name));
}

describe('docs/asl-support.md', () => {
  it('docs/asl-support.md names every field of a definition', () => {
    const fields = readDocument('lib/asl/definition.ts').matchAll(/readonly ([A-Z]\w+)\??:/g);

    expect(unnamed([...fields].map(([, field = '']) => field))).toEqual([]);
  });

  it('docs/asl-support.md names every operator of Choice rules', () => {
    const operators = [...comparisonOperators.keys(), ...typeTests.keys()];

    expect(unnamed([...operators, 'IsPresent', 'StringMatches'])).toEqual([]);
  });

  it('docs/asl-support.md names every intrinsic function and no other', () => {
    const families = { ...arrayFunctions, ...documentFunctions, ...encodingFunctions };
    const functions = Object.keys({ ...families, ...numberFunctions, ...stringFunctions });
    const rows = tableRows(section(text, '## Intrinsic functions'));

    expect(rows.map(([cell = '']) => codeIn(cell)[0]).toSorted()).toEqual(functions.toSorted());
  });

  it('docs/asl-support.md names every function and operator of paths', () => {
    const functions = [...pathFunctions.keys()].map((name) => `${name}()`);

    expect(unnamed([...functions, ...filterOperators])).toEqual([]);
  });

  it('docs/asl-support.md names every option of AWS that is refused as unsupported', () => {
    const source = readDocument('lib/asl/validate/distributed-map.ts');
    const refused = [...source.matchAll(/oneOfSupported\(\[.*\], \['(\w+)'\]\)/g)];

    expect(refused).not.toEqual([]);
    expect(unnamed(refused.map(([, choice = '']) => choice))).toEqual([]);
  });

  it('docs/asl-support.md names every error of the language', () => {
    expect(unnamed(Object.values(ErrorName))).toEqual([]);
  });

  it('docs/asl-support.md gives the number of recorded cases that match', () => {
    const count = JSON.parse(readDocument('test/conformance/recorded-count.json'));
    const compared = section(text, '## Compared with AWS');

    expect(compared).toContain(
      `Of ${count.cases} cases, ${count.semantic} come out the same in meaning`,
    );
    expect(compared.replaceAll('\n', ' ')).toContain(`and ${count.strict} of them to the letter`);
  });

  it('docs/asl-support.md gives the limits of the engine', () => {
    const { payloadBytesMax, stepsPerTransitionMax } = engineLimitDefaults;

    expect(section(text, '## Limits')).toContain(payloadBytesMax.toLocaleString('en-US'));
    expect(section(text, '## Limits')).toContain(stepsPerTransitionMax.toLocaleString('en-US'));
  });
});
