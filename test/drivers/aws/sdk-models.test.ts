/** The answers of AWS's services, from the clients that are installed for the tests. */
import { describe, expect, it } from 'vitest';
import { SdkModels } from '../../../lib/drivers/aws/sdk-models.ts';
import { integrationOf } from '../../../lib/engine/task/integration-name.ts';
import type { ApiShape } from '../../../lib/ports/service-models.ts';

const models = new SdkModels(import.meta.dirname);

async function answerOf(name: string): Promise<ApiShape | undefined> {
  const named = integrationOf(`arn:aws:states:::${name}`);
  return named === null ? undefined : await models.answerOf(named);
}

/** The shape at the end of a way of members, items and values. */
function at(shape: ApiShape | undefined, ...way: string[]): ApiShape | undefined {
  const [name, ...rest] = way;
  if (name === undefined || shape === undefined) return shape;
  if (shape.type === 'structure') return at(shape.members.get(name)?.(), ...rest);
  return shape.type === 'list' || shape.type === 'map' ? at(shape.item(), ...rest) : undefined;
}

describe('SdkModels', () => {
  it('knows texts, numbers, lists and what is inside of them', async () => {
    const putItem = await answerOf('dynamodb:putItem');
    const putEvents = await answerOf('events:putEvents');

    expect(at(putItem, 'ConsumedCapacity', 'CapacityUnits')).toEqual({ type: 'number' });
    expect(at(putItem, 'Attributes', 'any', 'L', 'any', 'S')).toEqual({ type: 'string' });
    expect(at(putEvents, 'Entries', 'any', 'EventId')).toEqual({ type: 'string' });
    expect(at(putEvents, 'FailedEntryCount')).toEqual({ type: 'number' });
  });

  it('knows times and binary values as texts, as states see them', async () => {
    expect(at(await answerOf('aws-sdk:s3:getObject'), 'LastModified')).toEqual({ type: 'string' });
    expect(at(await answerOf('aws-sdk:kms:encrypt'), 'CiphertextBlob')).toEqual({
      type: 'string',
    });
  });

  it('names fields with a capital, as Step Functions does, and tells the required ones', async () => {
    expect(await answerOf('states:startExecution')).toMatchObject({
      type: 'structure',
      required: ['ExecutionArn', 'StartDate'],
    });
  });

  it('knows what a text can be, itself or in a list', async () => {
    const object = await answerOf('aws-sdk:s3:getObject');
    const found = await answerOf('aws-sdk:lambda:getFunction');

    expect(at(object, 'StorageClass')).toMatchObject({
      values: expect.arrayContaining(['STANDARD', 'GLACIER']),
    });
    expect(at(found, 'Configuration', 'Architectures', 'any')).toEqual({
      type: 'string',
      values: ['arm64', 'x86_64'],
    });
    expect(at(object, 'ContentType')).toEqual({ type: 'string' });
  });

  it('lets the payload of an optimized Lambda call be any document', async () => {
    expect(at(await answerOf('lambda:invoke'), 'Payload')).toEqual({ type: 'any' });
    expect(at(await answerOf('aws-sdk:lambda:invoke'), 'Payload')).toEqual({ type: 'string' });
  });

  it('names them in words of the SDK for Java in integrations of the SDK', async () => {
    const tables = await answerOf('aws-sdk:dynamodb:describeTable');

    expect(at(tables, 'Table', 'SseDescription', 'KmsMasterKeyArn')).toEqual({ type: 'string' });
  });

  it.each(['dynamodb:fetchItem', 'aws-sdk:kms:guess', 'apigateway:invoke', 'http:invoke'])(
    'knows nothing of what no service answers: %s',
    async (name) => {
      expect(await answerOf(name)).toBeUndefined();
    },
  );

  it('says which package to add when the service’s client is not there', async () => {
    await expect(answerOf('aws-sdk:polly:describeVoices')).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('npm install @aws-sdk/client-polly'),
    });
  });
});
