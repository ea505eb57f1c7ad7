/**
 * Random expressions over every function and operator of JSONata. Each kind of value has its own
 * generator, so that most expressions have a value; now and then an operand is of any kind.
 */
import fc from '../support/properties.ts';

type Text = fc.Arbitrary<string>;

/** The document that expressions are evaluated on, as `$states.input`. */
export const document = {
  n: 3,
  half: 0.5,
  s: 'Hello, World',
  empty: '',
  date: '2026-03-04T05:06:07.089Z',
  yes: true,
  nothing: null,
  list: [3, 1, 2],
  words: ['b', 'a', 'c', 'a'],
  nested: [[1, 2], [3], []],
  one: [7],
  none: [],
  o: { a: 1, b: { c: 'x' } },
  items: [
    { id: 1, name: 'pen', price: 1.5, tags: ['x', 'y'] },
    { id: 2, name: 'ink', price: 2.25, tags: ['y'] },
    { id: 3, name: 'pad', price: 0.1, tags: [] },
  ],
};

/** A whole number of more than 15 digits, which AWS writes in full and the library rounds. */
export const longNumber = '7345612098123457';

/** Paths of each kind below `$i`, the document; one line of text, divided at two spaces. */
const paths = {
  number: 'n  half  list[0]  o.a  items[0].price  one  items[name="ink"].id',
  text: 's  empty  date  words[1]  o.b.c  items[2].name  words[-1]',
  boolean: 'yes  nothing  absent',
  list:
    'list  words  nested  one  none  items  items.name  items.tags  items.price  nested[0]  ' +
    'list[[0..1]]  items[price > 1].id  items^(>price).name  one[]  items.{"k": name}  ' +
    'items.[id, name]  *  **.id  o.*  items#$i.($i)  items@$e.tags.{"t": $, "of": $e.name}  ' +
    'items.tags.(%.name)  items{name: price}.*  absent',
  object: 'o  o.b  items[0]  $  items{name: price}  items[1]  absent  o^(a)',
} as const;

/** Literals of each kind. */
const literals = {
  number: `${longNumber}  0  1  2  -1  3.7  -2.5  10  1e3  255  0.1  1234.5678  1e21`,
  text: '""  "a"  "b,a"  "Hello"  "12"  "0x1F"  "éß😀"  "aGk="  "x/y?z"',
  boolean: 'true  false  null',
  list: '[]  [1, 2]  ["b", "a"]  [[1], 2]  [1..4]  [3..1]  [null]',
  object: '{}  {"a": 1}  {"x": {"y": [1]}}',
} as const;

type Kind = keyof typeof literals;

const some = (choices: string): Text => fc.constantFrom(...choices.split('  '));
const leaf = (kind: Kind): Text =>
  fc.oneof(
    some(paths[kind]).map((path) => `$i.${path}`),
    some(literals[kind]),
  );

const patterns = some('/a/  /[a-z]+/i  /l+/  /(o)(,)?/  /\\s/  /^H/  /b|c/');
const numberPictures = some('"#,##0.00"  "0"  "#.#"  "#%"  "0;(0)"');
const integerPictures = some('"w"  "W"  "I"  "i"  "A"  "a"  "0"  "#,##0"  "000"  "1;o"  "Ww"');
const datePictures = some(
  '"[Y0001]-[M01]-[D01]"  "[H01]:[m01]:[s01].[f001]"  "[D1o] [MNn] [Y]"  "[FNn], [D]"  "[W]"  ' +
    '"[d]"  "[h]:[m] [P]"  "[Z]"  "[M] [X]"',
);
const functions = some(
  '$string  $uppercase  $not  $exists  $type  $boolean  $count  function($x) { $x }  ' +
    'function($x, $n) { $n }  function($x) { $x.id }  function($x) { $x = 1 }  λ($x) { [$x] }  ' +
    '$substring(?, 0, 1)  $append(?, 1)',
);

const call = (name: string, ...args: Text[]): Text =>
  fc.tuple(...args).map((given) => `$${name}(${given.join(', ')})`);
/** Calls of several functions, named in one text, with the same kinds of arguments. */
const calls = (names: string, ...args: Text[]): Text[] =>
  names.split(' ').map((name) => call(name, ...args));
const infix = (operators: string, left: Text, right: Text): Text =>
  fc.tuple(left, some(operators), right).map((parts) => `(${parts.join(' ')})`);

/** Operands, most of which are of the kind that they are named after. */
interface Operands extends Readonly<Record<Kind, Text>> {
  readonly any: Text;
}

/** Shared, because kinds nest in one another. */
const depth = { depthIdentifier: fc.createDepthIdentifier(), maxDepth: 6 } as const;

/** What an expression of any kind may be: a choice, or a block. */
function general({ boolean, any }: Operands, operand: Text): Text[] {
  return [
    fc.tuple(boolean, operand, operand).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    fc.tuple(any, operand).map(([value, result]) => `($v := ${value}; ${result})`),
  ];
}

function numbers(operands: Operands): Text {
  const { number, text, boolean, list } = operands;
  const otherBases = some('"0x1F"  "0b11"  "0o17"  "1e2"');
  return fc.oneof(
    depth,
    leaf('number'),
    infix('+  -  *  /  %', number, number),
    number.map((given) => `-(${given})`),
    number.map((given) => `function($x)<n:n>{ $x + 1 }(${given})`),
    ...calls('floor ceil abs sqrt round', number),
    call('round', number, some('0  1  -1  2')),
    call('power', number, some('0  2  0.5  -1')),
    call('power', some('10  0  -8'), some('400  -1  0.5')),
    ...calls('sum max min average count', list),
    ...calls('length number toMillis', text),
    call('number', fc.oneof(boolean, otherBases)),
    call('toMillis', text, datePictures),
    call('parseInteger', some('"12"  "XIV"  "twelve"  "1,234"'), integerPictures),
    call('reduce', list, some('function($a, $b) { $a + $b }  function($a) { $a }')),
    ...general(operands, number),
  );
}

function texts(operands: Operands): Text {
  const { number, text, boolean, list, any } = operands;
  return fc.oneof(
    depth,
    leaf('text'),
    infix('&', any, any),
    ...calls('lowercase uppercase trim base64encode base64decode', text),
    ...calls('encodeUrl encodeUrlComponent decodeUrl decodeUrlComponent', text),
    ...calls('string type', any),
    call('string', any, some('true  false')),
    call('substring', text, some('0  1  -2  20')),
    call('substring', text, some('0  -3'), some('1  0  -1  9')),
    ...calls('substringBefore substringAfter', text, text),
    call('pad', text, some('8  -8  0')),
    call('pad', text, some('8  -8'), some('"#"  "ab"  ""')),
    call('join', list, text),
    call('join', list),
    ...textReplacements(operands),
    call('formatNumber', number, numberPictures),
    call('formatNumber', number, some('"#.##0,00"'), some('{"decimal-separator": ","}')),
    call('formatBase', number, some('2  16  36  10')),
    call('formatInteger', number, integerPictures),
    call('fromMillis', number),
    call('fromMillis', number, datePictures),
    call('fromMillis', number, datePictures, some('"+0100"  "-0530"  "Z"')),
    text.map((given) => `($uppercase ~> $trim)(${given})`),
    text.map((given) => `${given} ~> $substringBefore(" ") /* first */`),
    any.map((given) => `$error($string(${given}))`),
    call('assert', boolean, text),
    ...general(operands, text),
  );
}

function textReplacements({ text }: Operands): Text[] {
  const replacements = some('"-"  "[$1]"  "$0$$"  "$2"  function($m) { $m.match & "!" }');
  return [
    call('replace', text, fc.oneof(text, patterns), replacements),
    call('replace', text, patterns, text, some('0  1  2')),
  ];
}

function booleans(operands: Operands): Text {
  const { number, text, boolean, list, any } = operands;
  return fc.oneof(
    depth,
    leaf('boolean'),
    infix('=  !=', any, any),
    infix('<  <=  >  >=', number, number),
    infix('<  >=', text, text),
    infix('and  or', boolean, any),
    infix('in', any, list),
    ...calls('boolean not exists', any),
    call('contains', text, fc.oneof(text, patterns)),
    ...general(operands, boolean),
  );
}

function lists(operands: Operands): Text {
  const { text, list, object, any } = operands;
  const predicates = some('0  -1  $ > 1  [0..1]  true  "a"');
  const steps = some('`id`  id  %  *  **  $  (id; name)  tags[0]');
  const comparators = some('function($a, $b) { $a > $b }  function($a, $b) { false }');
  return fc.oneof(
    depth,
    leaf('list'),
    fc.array(any, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    ...calls('reverse distinct sort', list),
    call('append', any, any),
    call('sort', list, comparators),
    call('zip', list, list),
    ...calls('map filter single', list, functions),
    call('split', text, fc.oneof(text, patterns)),
    call('split', text, fc.oneof(text, patterns), some('0  1  2')),
    call('match', text, patterns),
    call('match', text, patterns, some('0  1  5')),
    ...calls('keys spread', any),
    call('lookup', any, some('"a"  "id"  "name"  "zz"')),
    call('each', object, some('function($v, $k) { $k }  function($v) { $v }')),
    fc.tuple(list, predicates).map(([given, predicate]) => `(${given})[${predicate}]`),
    fc.tuple(list, steps).map((parts) => `(${parts.join(').(')})`),
    fc.tuple(list, functions).map(([given, fn]) => `(${given} ~> $map(${fn}))`),
    ...general(operands, list),
  );
}

function objects(operands: Operands): Text {
  const { text, list, object, any } = operands;
  return fc.oneof(
    depth,
    leaf('object'),
    fc.tuple(text, any).map(([key, value]) => `{${key}: ${value}, "z": 1}`),
    call('merge', list),
    call('sift', object, some('function($v) { $v = 1 }  function($v, $k) { $k > "a" }')),
    call('clone', object),
    object.map((given) => `(${given} ~> |$|{"new": 1}|)`),
    object.map((given) => `(${given} ~> |$|{"a": 2}, ["b"]|)`),
    ...general(operands, object),
  );
}

/** One expression, whose `$i` is the document. */
export const arbitraryExpression: Text = fc.letrec<Record<Kind | 'any', string>>((tie) => {
  const any = tie('any');
  const operand = (kind: Kind): Text =>
    fc.oneof({ weight: 14, arbitrary: tie(kind) }, { weight: 1, arbitrary: any });
  const operands: Operands = {
    number: operand('number'),
    text: operand('text'),
    boolean: operand('boolean'),
    list: operand('list'),
    object: operand('object'),
    any,
  };
  return {
    number: numbers(operands),
    text: texts(operands),
    boolean: booleans(operands),
    list: lists(operands),
    object: objects(operands),
    any: fc.oneof(
      depth,
      some('null  $i.absent  $i  []  $i.list  "a"  2'),
      tie('number'),
      tie('text'),
      tie('boolean'),
      tie('list'),
      tie('object'),
    ),
  };
}).any;
