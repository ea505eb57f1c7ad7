/** What a JSONata expression reads from outside of itself. */
import { describe, expect, it } from 'vitest';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';

function topLevelOf(text: string): string[] {
  return [...compileJsonata(text).references.topLevel];
}

describe('names at the top level', () => {
  it.each([
    ['phone', ['phone']],
    ['a.b.c', ['a']],
    ['a[0].b', ['a']],
    ['[b, a, b]', ['b', 'a']],
    ['{"k": v}', ['v']],
    ['c ? t : e', ['c', 't', 'e']],
    ['-a + $f(b)', ['a', 'b']],
    ['($x := a; $x)', ['a']],
    ['a ~> $sum', ['a']],
    ['$map($states.input.a, function($x) { b })', ['b']],
    ['`a b`', ['a b']],
    ['constructor.name', ['constructor']],
  ])('are those that the paths of %s start from', (text, names) => {
    expect(topLevelOf(text)).toEqual(names);
  });

  it.each([
    '$states.input.items[value > 3]',
    '$x.(a + b)',
    '$x^(a)',
    '$x{a: b}',
    '$x ~> |a|{"b": c}|',
    '$x@$y.(a)',
    '"phone"',
  ])('are none in %s, whose names stand behind a value', (text) => {
    expect(topLevelOf(text)).toEqual([]);
  });
});

describe('other references', () => {
  it('are the root and the fields of $states, wherever they stand', () => {
    const { root, statesFields } = compileJsonata(
      '$x[y = $states.errorOutput.Error and $$.z = $states.input]',
    ).references;

    expect(root).toBe(true);
    expect([...statesFields].toSorted()).toEqual(['errorOutput', 'input']);
  });

  it('are variables of the machine, unless the expression or the language gives them a value', () => {
    const text = '($own := $theirs; $sum([$own, $uuid()]); $states.input@$f#$i.$g($f, $i))';

    expect(compileJsonata(text).variables.toSorted()).toEqual(['g', 'theirs']);
  });
});
