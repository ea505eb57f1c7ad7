/** Tests of single states: output, next state, and inspection. */
import { describe, expect, it } from 'vitest';
import fc from '../support/properties.ts';
import { Run, startOfRun } from '../support/run-machine.ts';
import { inspect, runStateTest } from './state-test-harness.ts';

const lambda = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'There' };

describe('runTest', () => {
  it('a test reports the output and the next state without entering it', () => {
    const state = { Type: 'Pass', Parameters: { 'sum.$': '$.n' }, Next: 'There' };

    expect(runStateTest(state, { input: { n: 3 } })).toEqual({
      status: 'SUCCEEDED',
      output: '{"sum":3}',
      nextState: 'There',
    });
  });

  it('a test of a Choice reports the state of the rule that holds', () => {
    const Choices = [{ Variable: '$.n', NumericGreaterThan: 2, Next: 'Many' }];

    expect(
      runStateTest({ Type: 'Choice', Choices, Default: 'Few' }, { input: { n: 3 } }),
    ).toMatchObject({
      nextState: 'Many',
    });
    expect(runStateTest({ Type: 'Choice', Choices }, { input: { n: 1 } })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });

  it('a test of a Wait does not wait', () => {
    const state = { Type: 'Wait', Seconds: 3_600, OutputPath: '$.a', End: true };

    expect(runStateTest(state, { input: { a: 1 } })).toEqual({ status: 'SUCCEEDED', output: '1' });
  });

  it('a test of a Fail state reports its failure', () => {
    expect(runStateTest({ Type: 'Fail', Error: 'Late', Cause: 'too late' })).toEqual({
      status: 'FAILED',
      error: 'Late',
      cause: 'too late',
    });
  });

  it('a mocked result replaces the work of a Task', () => {
    const state = { ...lambda, ResultSelector: { 'a.$': '$.Payload' }, ResultPath: '$.got' };

    expect(
      runStateTest(state, { input: { b: 1 }, mock: { result: { Payload: 2 } } }),
    ).toMatchObject({
      output: '{"b":1,"got":{"a":2}}',
      nextState: 'There',
    });
  });

  it('a Task without a mock is returned as a call, and ends with its answer', () => {
    const state = { Type: 'Task', Resource: 'charge', End: true };

    expect(runStateTest(state, { input: [7] }, { ok: true, result: { paid: true } })).toEqual({
      status: 'SUCCEEDED',
      output: '{"paid":true}',
    });
    expect(runStateTest(state, {}, { ok: false, error: 'Declined', cause: 'no money' })).toEqual({
      status: 'FAILED',
      error: 'Declined',
      cause: 'no money',
    });
  });

  it('a mocked Parallel runs no branch', () => {
    const broken = { Type: 'Pass', Parameters: { 'a.$': '$.not.there' }, End: true };
    const Branches = [{ StartAt: 'A', States: { A: broken } }];

    expect(
      runStateTest({ Type: 'Parallel', Branches, End: true }, { mock: { result: [1] } }),
    ).toEqual({
      status: 'SUCCEEDED',
      output: '[1]',
    });
  });

  it('a tested state whose output is over the limits fails', () => {
    const mock = { result: 'x'.repeat(262_144) };

    expect(runStateTest({ ...lambda, Resource: 'work' }, { mock })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  it('a tested Pass has the same result as in an execution', () => {
    const fields = [{}, { ResultPath: '$.a' }, { OutputPath: '$.k' }, { InputPath: '$.k' }];
    const input = fc.dictionary(fc.constantFrom('k', 'a', '__proto__'), fc.jsonValue());

    fc.assert(
      fc.property(input, fc.constantFrom(...fields), (document, more) => {
        const state = { Type: 'Pass', ...more, End: true };
        const given = JSON.parse(JSON.stringify(document));
        const run = new Run({ StartAt: 'A', States: { A: state } }, { input: given }).finish();

        const { status, output } = runStateTest(state, { input: given });

        expect(status).toBe(run.end?.status);
        expect(output).toBe(
          run.end?.output === undefined ? undefined : JSON.stringify(run.end.output),
        );
      }),
    );
  });
});

describe('inspection', () => {
  it('inspection data is left out at level INFO', () => {
    expect(runStateTest({ Type: 'Succeed' })).not.toHaveProperty('inspectionData');
  });

  it('inspection data shows the values between the fields of a JSONPath Task', () => {
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

  it('inspection data shows the arguments and the result of a JSONata Task', () => {
    const state = { ...lambda, QueryLanguage: 'JSONata', Arguments: { n: '{% 1 + 1 %}' } };

    expect(inspect(state, { mock: { result: { StatusCode: 200 } } })).toEqual({
      input: {},
      afterArguments: { n: 2 },
      result: { StatusCode: 200 },
    });
  });

  it('inspection data of a Pass with a Result has no input fields', () => {
    const state = { Type: 'Pass', InputPath: '$.not.there', Result: 1, End: true };

    expect(inspect(state)).toEqual({
      input: {},
      result: 1,
      afterResultSelector: 1,
      afterResultPath: 1,
    });
  });

  it('inspection data of a failed state ends where it failed', () => {
    const state = { ...lambda, InputPath: '$.in', Parameters: { 'n.$': '$.gone' } };

    expect(inspect(state, { input: { in: {} }, mock: { result: {} } })).toEqual({
      input: { in: {} },
      afterInputPath: {},
    });
  });

  it('inspection data shows the variables after the state', () => {
    const state = { Type: 'Pass', Assign: { b: 2 }, Parameters: { 'a.$': '$a' }, End: true };

    expect(inspect(state, { variables: { a: 1 } })).toMatchObject({
      variables: { a: 1, b: 2 },
      afterParameters: { a: 1 },
    });
  });
});

describe('the context object of a test', () => {
  const state = { ...lambda, ResultSelector: { 'c.$': '$$' }, End: true, Next: undefined };

  it('the context object of a test is the one in the request', () => {
    const context = { Execution: { Id: 'mine', Input: [1] }, State: { RetryCount: 2 } };

    expect(runStateTest(state, { context, mock: { result: {} } }).output).toBe(
      JSON.stringify({ c: context }),
    );
  });

  it('the context object of a test defaults to an express execution in the account of the role', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/tests';
    const { output = '' } = runStateTest(state, { input: [1], roleArn, mock: { result: {} } });

    const at = new Date(startOfRun).toISOString();
    expect(JSON.parse(output).c).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:123456789012:express:TestState:TestState',
        Input: [1],
        StartTime: at,
        Name: 'TestState',
        RoleArn: roleArn,
      },
      StateMachine: {
        Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:TestState',
        Name: 'TestState',
      },
      State: { Name: 'StateName', EnteredTime: at, RetryCount: 0 },
    });
  });

  it('the context object of a test has a null role and the name StateName in a machine', () => {
    const Parameters = { 'r.$': '$$.Execution.RoleArn', 'n.$': '$$.State.Name' };
    const definition = {
      StartAt: 'Chosen',
      States: { Chosen: { Type: 'Pass', Parameters, End: true } },
    };

    const { output } = runStateTest(definition, { stateName: 'Chosen' });

    expect(output).toBe('{"r":null,"n":"StateName"}');
  });

  it('the context object of a test has a task only where the state has a token', () => {
    const context = { Task: { Token: 't' } };
    const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';

    expect(() => runStateTest(state, { context, mock: { result: {} } })).toThrow(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or " +
        "'.waitForTaskToken' service integration pattern",
    );
    expect(
      runStateTest({ Type: 'Task', Resource, End: true }, { context, mock: { result: 1 } }).output,
    ).toBe('1');
  });

  it('the context object of a test has a token where the Task has one', () => {
    const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
    const Parameters = { 'Token.$': '$$.Task.Token' };

    expect(
      inspect({ Type: 'Task', Resource, Parameters, End: true }, { mock: { result: 1 } }),
    ).toMatchObject({ afterParameters: { Token: expect.stringMatching(/./) }, result: 1 });
  });
});
