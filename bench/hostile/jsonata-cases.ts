/** JSONata expressions that multiply their work or their values. */
import type { Json } from '../../lib/asl/json/json.ts';
import { fields, type HostileCase, list, querying } from './hostile-case.ts';

const one = (name: string, text: string, input?: () => Json): HostileCase => ({
  name,
  definition: () => querying(`{% ${text} %}`),
  ...(input && { input }),
});
const items = (): Json => ({ x: list(12_000, (n) => ({ n: (n * 7_919) % 12_000 })) });
const long = (): Json => ({ x: 'ab'.repeat(100_000) });
const each = (body: string): string => `$count($map([1..100000], function($v) { ${body} }))`;

/** The cases in JSONata. */
export const jsonataCases: readonly HostileCase[] = [
  one(
    'a value of 2 to the power of 28 values',
    `($f := function($s, $n) { $n = 0 ? $s : $f({'a': $s, 'b': $s}, $n - 1) }; $f(1, 28))`,
  ),
  one(
    'a text of a value of 2 to the power of 40 values',
    `($f := function($s, $n) { $n = 0 ? $s : $f({'a': $s, 'b': $s}, $n - 1) }; $string($f(1, 40)))`,
  ),
  one('an endless recursion', '($f := function($n) { $f($n + 1) }; $f(0))'),
  one(
    'a list that doubles',
    '($f := function($l, $n) { $n = 0 ? $l : $f($append($l, $l), $n - 1) }; $f([1], 40))',
  ),
  one(
    'a text that doubles',
    '($f := function($t, $n) { $n = 0 ? $t : $f($t & $t, $n - 1) }; $f("a", 40))',
  ),
  {
    name: '200 fields with a loop each',
    definition: () => querying(fields(200, (n) => [`f${n}`, `{% ${each(`$v + ${n}`)} %}`])),
  },
  {
    name: '200 fields with a long text each',
    definition: () => querying(fields(200, (n) => [`f${n}`, `{% $pad("", 900000 + ${n}) %}`])),
  },
  {
    name: '5,000 fields with the whole input',
    definition: () => querying(fields(5_000, (n) => [`f${n}`, '{% $states.input %}'])),
    input: items,
  },
  one('long texts in a loop', each('$pad("a", 900000)')),
  one('a long picture', '$formatNumber(1, $pad("", 16000, "#,"))'),
  one('long lists in a loop', each('[1..100000]')),
  one('lists of lists', '$map([1..1000], function($v) { [1..1000] })'),
  one('pieces of a long text', each('$substring($states.input.x, $v, 1)'), long),
  one('searches in a long text', each('$contains($states.input.x, "aba" & $v)'), long),
  one('searches for a long text', each('$contains($states.input.x, $states.input.y)'), () => ({
    x: 'a'.repeat(150_000),
    y: `${'a'.repeat(20_000)}b${'a'.repeat(20_000)}`,
  })),
  one('a long text split', each('$split($states.input.x, "b")'), long),
  one('a long text replaced', each('$replace($states.input.x, "b", "cc")'), long),
  one('matches of a pattern', each('$match($states.input.x, /b/)'), long),
  one('a pattern without a match', each('$contains($states.input.x, /a[^c]*c/)'), long),
  one(
    'optional parts of a pattern',
    `$contains($states.input.x, /^${'(?:a?a?)?'.repeat(16)}c$/)`,
    () => ({ x: 'a'.repeat(31) }),
  ),
  one('a pattern with a look-ahead', '$contains($states.input.x, /.*.*(?=c)/)', long),
  one('a long list sorted', '$sort($states.input.x, function($l, $r) { $l.n > $r.n })', items),
  one('the distinct items of a long list', '$distinct($states.input.x)', items),
  one('all descendants of all descendants', '$states.input.**.**.**', items),
  one('items that are compared with all items', '$states.input.x[n in $states.input.x.n]', items),
  one('a large document compared', each('$states.input = $states.input'), items),
  one('a large document encoded', each('$string($states.input)'), items),
  one('a large document parsed', each('$parse($string($states.input))'), items),
  one('a large document merged', each('$merge($states.input.x)'), items),
  one('a large document grouped', each('$states.input.x{$string(n): n}'), items),
  one('random identifiers', each('$uuid()')),
  one('a long number as Roman numerals', '$formatInteger(1e300, "I")'),
  one('a result that is no boolean', '[1..300000]'),
];
