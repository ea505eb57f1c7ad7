/** Names of executions, by the rule of Step Functions. */
import { describe, expect, it } from 'vitest';
import { nameFault } from '../../lib/batch/execution-name.ts';

describe('execution names', () => {
  it('may be of letters, digits and the usual joints, 1 to 80 characters', () => {
    for (const name of ['a', 'x'.repeat(80), 'Nightly_2026-01-01.(1)+!@=', 'Größe-日本', 'é']) {
      expect(nameFault(name), name).toBeNull();
    }
  });

  it('are neither empty nor longer than 80 characters', () => {
    expect(nameFault('')).toMatch(/1 to 80 characters, found 0/);
    expect(nameFault('x'.repeat(81))).toMatch(/found 81/);
  });

  it('hold no character that Step Functions refuses', () => {
    const refused = [...' \t\n<>{}[]?*"#%\\^|~`$&,;:/\u0000\u001f\u007f\u009f\u2028\ufffe\uffff'];
    for (const character of [...refused, '\ud800']) {
      expect(nameFault(`a${character}b`), JSON.stringify(character)).toMatch(/at 1$/);
    }
  });

  it('are texts', () => {
    expect(nameFault(7)).toBe('expected a text as the name, found a value of type number');
    expect(nameFault(null)).toMatch(/found null/);
    expect(nameFault(['a'])).toMatch(/found an array/);
  });
});
