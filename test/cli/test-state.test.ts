/** `millrace test-state`: one state of a definition. */
import { describe, expect, it } from 'vitest';
import { call, folderWith, jsonOf } from './cli-call.ts';

const machine = JSON.stringify({
  StartAt: 'Price',
  States: {
    Price: {
      Type: 'Pass',
      Parameters: { 'total.$': 'States.MathAdd($.a, $.b)' },
      Next: 'Charge',
    },
    Charge: {
      Type: 'Task',
      Resource: 'charge',
      Retry: [{ ErrorEquals: ['Busy'] }],
      ResultPath: '$.receipt',
      End: true,
    },
  },
});
const files = { 'order.asl.json': machine, 'in.json': '{"a":2,"b":3}' };
const testState = (...words: string[]) => {
  return call(['test-state', 'order.asl.json', ...words], { folder: folderWith(files) });
};

describe('test-state', () => {
  it('test-state prints the status, the next state and the output', async () => {
    expect(await testState('--state', 'Price', '--input', '@in.json')).toEqual({
      status: 0,
      stdout: 'SUCCEEDED, next: Charge\n{\n  "total": 5\n}\n',
      stderr: '',
    });
  });

  it('test-state --inspection prints the values between the fields', async () => {
    const { stdout } = await testState(
      '--state',
      'Price',
      '--input',
      '@in.json',
      '--inspection',
      'debug',
    );

    expect(stdout).toContain('  input: {"a":2,"b":3}\n');
    expect(stdout).toContain('  afterParameters: {"total":5}\n');
  });

  it('test-state replaces the work by a mock, and prints one document with --json', async () => {
    const result = await testState(
      '--state',
      'Charge',
      '--mock',
      '{"result":{"id":7}}',
      '--input',
      '{"a":1}',
      '--json',
    );

    expect(jsonOf(result)).toEqual({
      status: 'SUCCEEDED',
      output: '{"a":1,"receipt":{"id":7}}',
    });
  });

  it('test-state exits with status 1 when the state fails, and 0 when it is retried', async () => {
    const busy = '{"errorOutput":{"error":"Busy","cause":"try later"}}';
    const words = ['--state', 'Charge', '--mock', busy, '--state-configuration'];

    const again = await testState(...words, '{"retrierRetryCount":0}');
    const over = await testState(...words, '{"retrierRetryCount":3}');

    expect(again).toMatchObject({ status: 0, stdout: 'RETRIABLE\nBusy: try later\n' });
    expect(over).toMatchObject({ status: 1, stdout: 'FAILED\nBusy: try later\n' });
  });

  it('test-state gives the state variables and a context object', async () => {
    const state = JSON.stringify({
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: 'work',
      Output: '{% $rate & $states.context.Execution.Name %}',
      End: true,
    });
    const folder = folderWith({ 'state.json': state });

    const { stdout } = await call(
      [
        'test-state',
        'state.json',
        '--json',
        '--mock',
        '{"result":{}}',
        '--variables',
        '{"rate":3}',
        '--context',
        '{"Execution":{"Name":"mine"}}',
      ],
      { folder },
    );

    expect(JSON.parse(stdout).output).toBe('"3mine"');
  });

  it('test-state calls the handlers of the configuration without a mock', async () => {
    const config = 'export default { machines: {}, handlers: { charge: () => ({ id: 9 }) } };';
    const folder = folderWith({ ...files, 'millrace.config.mjs': config });

    const result = await call(
      [
        'test-state',
        'order.asl.json',
        '--state',
        'Charge',
        '--json',
        '--config',
        'millrace.config.mjs',
      ],
      { folder },
    );

    expect(jsonOf(result)).toMatchObject({ output: '{"receipt":{"id":9}}' });
  });

  it.each([
    [['--state', 'Ship'], 2, /State not found in definition .*'Ship'; found '.*Charge/],
    [['--input', '{bad'], 2, /cannot read --input, line 1/],
    [['--state', 'Price', '--mock', '{"result":1}'], 2, /'Pass' is not supported when a mock/],
    [['--state', 'Charge'], 1, /a mock, or a handler for 'charge'/],
    [['--state', 'Price', '--inspection', 'all'], 2, /inspectionLevel/],
  ])('test-state refuses %j with the reason', async (words, status, message) => {
    const result = await testState(...words);

    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(message);
  });
});
