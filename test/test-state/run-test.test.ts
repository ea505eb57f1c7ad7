/** A state alone: what it puts out, where it leads, and the values it comes by. */
import { describe, expect, it } from 'vitest';
import fc from '../support/properties.ts';
import { Run, startOfRun } from '../support/run-machine.ts';
import { ask, inspect } from './ask.ts';

const lambda = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'There' };

describe('runTest', () => {
  it('tells the output and the next state, and enters it not', () => {
    const state = { Type: 'Pass', Parameters: { 'sum.$': '$.n' }, Next: 'There' };

    expect(ask(state, { input: { n: 3 } })).toEqual({
      status: 'SUCCEEDED',
      output: '{"sum":3}',
      nextState: 'There',
    });
  });

  it('tells the rule of a Choice by the state it leads to', () => {
    const Choices = [{ Variable: '$.n', NumericGreaterThan: 2, Next: 'Many' }];

    expect(ask({ Type: 'Choice', Choices, Default: 'Few' }, { input: { n: 3 } })).toMatchObject({
      nextState: 'Many',
    });
    expect(ask({ Type: 'Choice', Choices }, { input: { n: 1 } })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });

  it('does not wait where the state would', () => {
    const state = { Type: 'Wait', Seconds: 3_600, OutputPath: '$.a', End: true };

    expect(ask(state, { input: { a: 1 } })).toEqual({ status: 'SUCCEEDED', output: '1' });
  });

  it('tells the failure of a Fail state', () => {
    expect(ask({ Type: 'Fail', Error: 'Late', Cause: 'too late' })).toEqual({
      status: 'FAILED',
      error: 'Late',
      cause: 'too late',
    });
  });

  it('puts a mocked result in place of a task’s work', () => {
    const state = { ...lambda, ResultSelector: { 'a.$': '$.Payload' }, ResultPath: '$.got' };

    expect(ask(state, { input: { b: 1 }, mock: { result: { Payload: 2 } } })).toMatchObject({
      output: '{"b":1,"got":{"a":2}}',
      nextState: 'There',
    });
  });

  it('hands a task without a mock back as a call, and ends with its answer', () => {
    const state = { Type: 'Task', Resource: 'charge', End: true };

    expect(ask(state, { input: [7] }, { ok: true, result: { paid: true } })).toEqual({
      status: 'SUCCEEDED',
      output: '{"paid":true}',
    });
    expect(ask(state, {}, { ok: false, error: 'Declined', cause: 'no money' })).toEqual({
      status: 'FAILED',
      error: 'Declined',
      cause: 'no money',
    });
  });

  it('runs no branch of a Parallel that is mocked', () => {
    const broken = { Type: 'Pass', Parameters: { 'a.$': '$.not.there' }, End: true };
    const Branches = [{ StartAt: 'A', States: { A: broken } }];

    expect(ask({ Type: 'Parallel', Branches, End: true }, { mock: { result: [1] } })).toEqual({
      status: 'SUCCEEDED',
      output: '[1]',
    });
  });

  it('fails a state whose output is over the limits', () => {
    const mock = { result: 'x'.repeat(262_144) };

    expect(ask({ ...lambda, Resource: 'work' }, { mock })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  it('comes to what the interpreter makes of the state in a machine', () => {
    const fields = [{}, { ResultPath: '$.a' }, { OutputPath: '$.k' }, { InputPath: '$.k' }];
    const input = fc.dictionary(fc.constantFrom('k', 'a', '__proto__'), fc.jsonValue());

    fc.assert(
      fc.property(input, fc.constantFrom(...fields), (document, more) => {
        const state = { Type: 'Pass', ...more, End: true };
        const given = JSON.parse(JSON.stringify(document));
        const run = new Run({ StartAt: 'A', States: { A: state } }, { input: given }).finish();

        const { status, output } = ask(state, { input: given });

        expect(status).toBe(run.end?.status);
        expect(output).toBe(
          run.end?.output === undefined ? undefined : JSON.stringify(run.end.output),
        );
      }),
    );
  });
});

describe('inspection', () => {
  it('is left out at level INFO', () => {
    expect(ask({ Type: 'Succeed' })).not.toHaveProperty('inspectionData');
  });

  it('shows a JSONPath task’s values between its fields', () => {
    const state = {
      ...lambda,
      InputPath: '$.in',
      Parameters: { 'n.$': '$.n' },
      ResultSelector: { 'a.$': '$.Payload' },
      ResultPath: '$.got',
    };

    expect(inspect(state, { input: { in: { n: 1 } }, mock: { result: { Payload: 2 } } })).toEqual({
      input: { in: { n: 1 } },
      afterInputPath: { n: 1 },
      afterParameters: { n: 1 },
      result: { Payload: 2 },
      afterResultSelector: { a: 2 },
      afterResultPath: { in: { n: 1 }, got: { a: 2 } },
    });
  });

  it('shows a JSONata task’s arguments and result', () => {
    const state = { ...lambda, QueryLanguage: 'JSONata', Arguments: { n: '{% 1 + 1 %}' } };

    expect(inspect(state, { mock: { result: { StatusCode: 200 } } })).toEqual({
      input: {},
      afterArguments: { n: 2 },
      result: { StatusCode: 200 },
    });
  });

  it('shows of a Pass with a Result that its input is not looked at', () => {
    const state = { Type: 'Pass', InputPath: '$.not.there', Result: 1, End: true };

    expect(inspect(state)).toEqual({
      input: {},
      result: 1,
      afterResultSelector: 1,
      afterResultPath: 1,
    });
  });

  it('shows how far a state came that failed', () => {
    const state = { ...lambda, InputPath: '$.in', Parameters: { 'n.$': '$.gone' } };

    expect(inspect(state, { input: { in: {} }, mock: { result: {} } })).toEqual({
      input: { in: {} },
      afterInputPath: {},
    });
  });

  it('shows the variables behind the state, those before it and its own', () => {
    const state = { Type: 'Pass', Assign: { b: 2 }, Parameters: { 'a.$': '$a' }, End: true };

    expect(inspect(state, { variables: { a: 1 } })).toMatchObject({
      variables: { a: 1, b: 2 },
      afterParameters: { a: 1 },
    });
  });
});

describe('the context object of a test', () => {
  const state = { ...lambda, ResultSelector: { 'c.$': '$$' }, End: true, Next: undefined };

  it('is the one that the test gives', () => {
    const context = { Execution: { Id: 'mine' }, Task: { Token: 't' } };

    expect(ask(state, { context, mock: { result: {} } }).output).toBe(
      JSON.stringify({ c: context }),
    );
  });

  it('is else that of an express execution in the account of the role', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/tests';
    const { output = '' } = ask(state, { input: [1], roleArn, mock: { result: {} } });

    const at = new Date(startOfRun).toISOString();
    expect(JSON.parse(output).c).toEqual({
      Execution: {
        Id: 'arn:aws:states:local:123456789012:express:TestState:TestState',
        Input: [1],
        StartTime: at,
        Name: 'TestState',
        RoleArn: roleArn,
      },
      StateMachine: {
        Id: 'arn:aws:states:local:123456789012:stateMachine:TestState',
        Name: 'TestState',
      },
      State: { Name: 'StateName', EnteredTime: at, RetryCount: 0 },
    });
  });

  it('has a token for a task that is answered by one', () => {
    const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
    const Parameters = { 'Token.$': '$$.Task.Token' };

    expect(
      inspect({ Type: 'Task', Resource, Parameters, End: true }, { mock: { result: 1 } }),
    ).toMatchObject({ afterParameters: { Token: expect.stringMatching(/./) }, result: 1 });
  });
});
