/** Which variables the states of a definition read. */
import { describe, expect, it } from 'vitest';
import { listVariableReferences } from '../../../lib/operations/state-machines/variable-references.ts';

function referencesOf(definition: object) {
  return listVariableReferences(JSON.stringify(definition));
}

describe('the variables that states read', () => {
  it('paths, templates, choices and JSONata are looked at, and names are sorted', () => {
    const found = referencesOf({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { b: 1, a: 2 }, Next: 'Path' },
        Path: { Type: 'Pass', OutputPath: '$a', Next: 'Ask' },
        Ask: {
          Type: 'Choice',
          Choices: [{ Variable: '$b', NumericEqualsPath: '$a', Next: 'Set' }],
          Default: 'Compute',
        },
        Compute: {
          Type: 'Pass',
          QueryLanguage: 'JSONata',
          Output: '{% $b + $a + $b %}',
          End: true,
        },
      },
    });

    expect(found).toEqual({ Path: ['a'], Ask: ['a', 'b'], Compute: ['a', 'b'] });
  });

  it('states inside of a Map are listed by their own names', () => {
    const found = referencesOf({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemProcessor: {
            StartAt: 'Inner',
            States: { Inner: { Type: 'Pass', InputPath: '$x', End: true } },
          },
          End: true,
        },
      },
    });

    expect(found).toEqual({ Inner: ['x'] });
  });

  it('a definition that reads none, and a text that is no definition, have no references', () => {
    expect(referencesOf({ StartAt: 'A', States: { A: { Type: 'Succeed' } } })).toEqual({});
    expect(listVariableReferences('7')).toEqual({});
  });
});
