/** The names that an execution may have. */
import { describe, expect, it } from 'vitest';
import { findNameProblem } from '../../../lib/engine/arn/resource-name.ts';

describe('execution names', () => {
  it('a name of 1 to 80 permitted characters is valid', () => {
    for (const name of ['a', 'x'.repeat(80), 'Nightly_2026-01-01.(1)+!@=', 'Größe-日本', 'é']) {
      expect(findNameProblem(name), name).toBeNull();
    }
  });

  it('an empty name and one of more than 80 characters are refused', () => {
    expect(findNameProblem('')).toMatch(/1 to 80 characters, found 0/);
    expect(findNameProblem('x'.repeat(81))).toMatch(/found 81/);
  });

  it('a name with a character that Step Functions refuses is refused', () => {
    const refused = [...' \t\n<>{}[]?*"#%\\^|~`$&,;:/\u0000\u001f\u007f\u009f\u2028\ufffe\uffff'];
    for (const character of [...refused, '\ud800']) {
      expect(findNameProblem(`a${character}b`), JSON.stringify(character)).toMatch(/at 1$/);
    }
  });

  it('a name that is not a string is refused', () => {
    expect(findNameProblem(7)).toBe('expected a string as the name, found a value of type number');
    expect(findNameProblem(null)).toMatch(/found null/);
    expect(findNameProblem(['a'])).toMatch(/found an array/);
  });
});
