/** The context object, `$$`, in a state. */
import { expect, it } from 'vitest';
import { run, single, startOfRun } from '../support/run-machine.ts';

it('the context object of an EXPRESS execution has no RedriveCount', () => {
  const { output } = run(single({ Type: 'Pass', Parameters: { 'all.$': '$$.Execution' } }), {
    type: 'EXPRESS',
  });

  expect(Object.keys((output as { all: object }).all)).toEqual([
    'Id',
    'Input',
    'StartTime',
    'Name',
    'RoleArn',
  ]);
});

it('the context object shows the execution, its machine and the current state', () => {
  const { output } = run(single({ Type: 'Pass', Parameters: { 'all.$': '$$' } }), {
    input: { a: 1 },
  });

  expect(output).toEqual({
    all: {
      Execution: {
        Id: 'arn:aws:states:us-east-1:000000000000:execution:machine:run-1',
        Input: { a: 1 },
        StartTime: '2026-01-01T00:00:00.000Z',
        Name: 'run-1',
        RoleArn: 'arn:aws:iam::000000000000:role/millrace',
        RedriveCount: 0,
      },
      StateMachine: {
        Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:machine',
        Name: 'machine',
      },
      State: { Name: 'S', EnteredTime: new Date(startOfRun).toISOString() },
    },
  });
});
