/** `testState`: the public way to a test of a single state. */
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
  answerOf: async () => ({
    type: 'structure',
    members: new Map([['Id', () => ({ type: 'string' })]]),
    required: ['Id'],
  }),
};
const unknowing: ServiceModels = {
  answerOf: () => Promise.reject(new MillraceError('INVALID_CONFIGURATION', 'no such client')),
};

describe('testState', () => {
  it('calls a handler where a task has no mock', async () => {
    const handlers = { charge: (order: { amount: number }) => ({ paid: order.amount }) };

    const reply = await testState({ definition: charge, input: '{"amount":5}' }, { handlers });

    expect(reply).toEqual({ status: 'SUCCEEDED', output: '{"paid":5}' });
  });

  it('tells the failure of a handler by the name of what it threw', async () => {
    const handlers = { charge: () => Promise.reject(new RangeError('too much')) };

    expect(await testState({ definition: charge }, { handlers })).toMatchObject({
      status: 'FAILED',
      error: 'RangeError',
    });
  });

  it('refuses a task that has neither a mock nor a handler', async () => {
    await expect(testState({ definition: charge })).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
      fields: { resource: 'charge', state: 'StateName' },
    });
  });

  it('holds a mocked result against the API, as far as the mode says', async () => {
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
    ['the mode says so', putItem, 'NONE'],
    ['a function is called by its ARN', task('arn:aws:lambda:us-east-1:1:function:f'), 'STRICT'],
    ['an outsider answers', task('arn:aws:states:::sqs:sendMessage.waitForTaskToken'), 'STRICT'],
  ])('asks no API when %s', async (_, state, mode) => {
    const reply = await testState(mocked(state, { any: 'thing' }, mode), { models: unknowing });

    expect(reply.status).toBe('SUCCEEDED');
  });
});

describe('readTestStateRequest', () => {
  it('takes documents in place of JSON texts, and texts as they are', () => {
    const definition = { Type: 'Succeed' };

    expect(readTestStateRequest({ definition, input: { a: 1 }, variables: '{"b": 2}' })).toEqual({
      definition: '{"Type":"Succeed"}',
      input: '{"a":1}',
      variables: '{"b": 2}',
    });
  });

  it('tells everything that is wrong with a request', () => {
    expect(() =>
      readTestStateRequest({ definition: {}, inspectionLevel: 'ALL', mock: { answer: 1 } }),
    ).toThrow(/inspectionLevel.*; .*mock.*"answer"/);
  });
});

function task(Resource: string): object {
  return { Type: 'Task', Resource, End: true };
}
