/** The references of a JSONata expression. */
import { describe, expect, it } from 'vitest';
import { compileJsonata } from '../../../lib/asl/jsonata/jsonata-expression.ts';

function listTopLevel(text: string): string[] {
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
  ])('the top-level names of %s are those at the start of its paths', (text, names) => {
    expect(listTopLevel(text)).toEqual(names);
  });

  it.each([
    '$states.input.items[value > 3]',
    '$x.(a + b)',
    '$x^(a)',
    '$x{a: b}',
    '$x ~> |a|{"b": c}|',
    '$x@$y.(a)',
    '"phone"',
  ])('the expression %s has no top-level names', (text) => {
    expect(listTopLevel(text)).toEqual([]);
  });
});

describe('other references', () => {
  it('the root and the fields of $states are found anywhere in an expression', () => {
    const { readsRoot, statesFields } = compileJsonata(
      '$x[y = $states.errorOutput.Error and $$.z = $states.input]',
    ).references;

    expect(readsRoot).toBe(true);
    expect([...statesFields].toSorted()).toEqual(['errorOutput', 'input']);
  });

  it('variables of the machine are the names without a value in the expression or the language', () => {
    const text = '($own := $theirs; $sum([$own, $uuid()]); $states.input@$f#$i.$g($f, $i))';

    expect(compileJsonata(text).variables.toSorted()).toEqual(['g', 'theirs']);
  });
});
