/** `testState`, the public function that tests a single state. */
import { describe, expect, it } from 'vitest';
import { readTestStateRequest } from '../../lib/api/read-test-state-request.ts';
import { MillraceError } from '../../lib/errors.ts';
import { testState } from '../../lib/operations/test-state.ts';
import type { ServiceModels } from '../../lib/ports/service-models.ts';

const putItem = {
  Type: 'Task',
  Resource: 'arn:aws:states:::dynamodb:putItem',
  Parameters: {},
  End: true,
};
const charge = JSON.stringify({ Type: 'Task', Resource: 'charge', End: true });
const mocked = (state: object, result: object, fieldValidationMode = 'STRICT') =>
  readTestStateRequest({ definition: state, mock: { result, fieldValidationMode } });

const models: ServiceModels = {
  findResponse: async () => ({
    type: 'structure',
    members: new Map([['Id', () => ({ type: 'string' })]]),
    required: ['Id'],
  }),
};
const unknowing: ServiceModels = {
  findResponse: () => Promise.reject(new MillraceError('INVALID_CONFIGURATION', 'no such client')),
};

describe('testState', () => {
  it('a test of a task without a mock calls its handler', async () => {
    const handlers = { charge: (order: { amount: number }) => ({ paid: order.amount }) };

    const reply = await testState({ definition: charge, input: '{"amount":5}' }, { handlers });

    expect(reply).toEqual({ status: 'SUCCEEDED', output: '{"paid":5}' });
  });

  it('a test whose handler throws fails with the name of the error', async () => {
    const handlers = { charge: () => Promise.reject(new RangeError('too much')) };

    expect(await testState({ definition: charge }, { handlers })).toMatchObject({
      status: 'FAILED',
      error: 'RangeError',
    });
  });

  it('a task with neither a mock nor a handler is refused', async () => {
    await expect(testState({ definition: charge })).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      fields: { resource: 'charge', state: 'StateName' },
    });
  });

  it('a mocked result is checked against the API as its mode says', async () => {
    const refusal = { fields: { awsType: 'ValidationException' } };

    await expect(testState(mocked(putItem, {}), { models })).rejects.toMatchObject(refusal);
    await expect(
      testState(mocked(putItem, { Id: 1 }, 'PRESENT'), { models }),
    ).rejects.toMatchObject(refusal);
    await expect(testState(mocked(putItem, {}, 'PRESENT'), { models })).resolves.toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  it.each([
    ['its mode is NONE', putItem, 'NONE'],
    [
      'it comes from a function by its ARN',
      task('arn:aws:lambda:us-east-1:1:function:f'),
      'STRICT',
    ],
    [
      'it comes by a task token',
      task('arn:aws:states:::sqs:sendMessage.waitForTaskToken'),
      'STRICT',
    ],
  ])('a mocked result is not checked when %s', async (_, state, mode) => {
    const reply = await testState(mocked(state, { any: 'thing' }, mode), { models: unknowing });

    expect(reply.status).toBe('SUCCEEDED');
  });
});

describe('readTestStateRequest', () => {
  it('a request of TestState may have documents in place of JSON texts', () => {
    const definition = { Type: 'Succeed' };

    expect(readTestStateRequest({ definition, input: { a: 1 }, variables: '{"b": 2}' })).toEqual({
      definition: '{"Type":"Succeed"}',
      input: '{"a":1}',
      variables: '{"b": 2}',
    });
  });

  it('a bad request of TestState is refused with every problem', () => {
    expect(() =>
      readTestStateRequest({ definition: {}, inspectionLevel: 'ALL', mock: { answer: 1 } }),
    ).toThrow(/inspectionLevel.*; .*mock.*"answer"/);
  });
});

function task(Resource: string): object {
  return { Type: 'Task', Resource, End: true };
}
