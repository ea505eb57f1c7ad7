/** `millrace test` of files of cases, and of mock files. */
import { expect, it } from 'vitest';
import { call, folderWith } from './cli-call.ts';

const definition = JSON.stringify({
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: 'charge',
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 600 }],
      Catch: [{ ErrorEquals: ['CardRefused'], Next: 'Refused' }],
      Next: 'Ship',
    },
    Refused: { Type: 'Fail', Error: 'OrderRefused' },
    Ship: { Type: 'Task', Resource: 'ship', End: true },
  },
});

const mocks = {
  StateMachines: {
    order: {
      TestCases: {
        Happy: { Charge: 'Charged', Ship: 'Shipped' },
        Retried: { Charge: 'ChargedAtSecond', Ship: 'Shipped' },
        Refused: { Charge: 'Refused' },
      },
    },
  },
  MockedResponses: {
    Charged: { '0': { Return: { paid: true } } },
    ChargedAtSecond: { '0': { Throw: { Error: 'Busy' } }, '1': { Return: { paid: true } } },
    Refused: { '0': { Throw: { Error: 'CardRefused', Cause: 'no funds' } } },
    Shipped: { '0': { Return: { shipped: true } } },
  },
};

const cases = {
  mocks: './mocks.json',
  machines: { order: './order.asl.json' },
  cases: [
    {
      name: 'a busy card is charged again',
      testCase: 'Retried',
      input: { id: 7 },
      expect: {
        output: { shipped: true },
        path: ['Charge', 'Ship'],
        retries: { Charge: 1 },
        calls: { Charge: [{ id: 7 }, { id: 7 }] },
      },
    },
    { name: 'a refused card', testCase: 'Refused', expect: { error: 'OrderRefused' } },
    {
      name: 'mocks of its own',
      testCase: 'Happy',
      states: { Ship: [{ Throw: { Error: 'NoStock', Cause: 'sold out' } }] },
      expect: { status: 'FAILED', error: 'NoStock', cause: 'sold', visits: ['Ship'] },
    },
  ],
};

function createFolder(files: Readonly<Record<string, object>>): string {
  const texts = Object.entries(files).map(([name, file]) => [name, JSON.stringify(file)]);
  return folderWith({ 'order.asl.json': definition, ...Object.fromEntries(texts) });
}

it('millrace test runs the cases of a file and reports each', async () => {
  const folder = createFolder({ 'mocks.json': mocks, 'order.test.json': cases });

  const { status, stdout, stderr } = await call(['test', 'order.test.json'], { folder });

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'order.test.json',
    '  ✓ a busy card is charged again (order, 600 s)',
    '  ✓ a refused card (order, 0 s)',
    '  ✓ mocks of its own (order, 0 s)',
    '3 passed, 0 failed',
    '',
  ]);
});

it('millrace test exits with 1 when a case fails, and says how the run differs', async () => {
  const folder = createFolder({ 'mocks.json': mocks });

  const text = await call(['test', 'mocks.json'], { folder });
  const json = await call(['test', 'mocks.json', '--json', '--case', 'Refused'], { folder });

  expect(text).toMatchObject({ status: 1, stderr: '' });
  expect(text.stdout.split('\n').slice(3)).toEqual([
    '  ✗ Refused (order, 0 s)',
    '      status: expected "SUCCEEDED", found "FAILED"',
    '      it failed with OrderRefused: ',
    '      its path: Charge → Refused',
    '2 passed, 1 failed',
    '',
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    passed: 0,
    failed: 1,
    cases: [{ file: 'mocks.json', name: 'Refused', path: ['Charge', 'Refused'], passed: false }],
  });
});

it('a mocked result that its service never returns fails a case when results are checked', async () => {
  const find = { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:getItem', End: true };
  const definition = { StartAt: 'Find', States: { Find: find } };
  const wrong = {
    StateMachines: { read: { TestCases: { Wrong: { Find: 'Found' } } } },
    MockedResponses: { Found: { '0': { Return: { Item: 7 } } } },
  };
  const strict = {
    fieldValidationMode: 'STRICT',
    mocks: wrong,
    cases: [{ name: 'strict', machine: 'read', testCase: 'Wrong' }],
  };
  const folder = createFolder({
    'read.asl.json': definition,
    'mocks.json': wrong,
    'a.json': strict,
  });
  const mode = '--field-validation-mode';

  const results = [
    await call(['test', 'mocks.json'], { folder }),
    await call(['test', 'mocks.json', mode, 'PRESENT'], { folder }),
    await call(['test', 'a.json'], { folder }),
    await call(['test', 'a.json', mode, 'NONE'], { folder }),
  ];

  expect(results.map(({ status }) => status)).toEqual([0, 1, 1, 0]);
  expect(results[1]?.stdout).toContain("Field 'Item' must be an object (found a number)");
});

it('millrace test exits with 2 for a file that is not valid, and names the place', async () => {
  const wrong = { cases: [{ name: 'a', expect: { status: 'DONE' } }] };
  const folder = createFolder({
    'a.json': wrong,
    'b.json': { cases: [{ name: 'a', testCase: 'Happy' }] },
    'c.json': { StateMachines: {}, MockedResponses: { A: {} } },
  });

  const results = await Promise.all(
    ['a.json', 'b.json', 'c.json', 'd.json'].map((file) => call(['test', file], { folder })),
  );

  expect(results.map(({ status }) => status)).toEqual([2, 2, 2, 2]);
  expect(results.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('a.json.cases.0.expect.status: '),
    expect.stringContaining("the case 'a' names the test case 'Happy', but the file has no mocks"),
    expect.stringContaining('MockedResponses.A: expected at least one answer'),
    expect.stringContaining('d.json'),
  ]);
});

it('a case whose machine is neither configured nor beside its file fails with those that are', async () => {
  const folder = createFolder({ 'a.json': { cases: [{ name: 'a', machine: 'ordr' }] } });

  const { status, stdout } = await call(['test', 'a.json'], { folder });

  expect(status).toBe(1);
  expect(stdout).toContain("no machine is named 'ordr'; known: none");
});
