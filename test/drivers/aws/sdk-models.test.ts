/** Response shapes of AWS services, from the clients that are installed for the tests. */
import { describe, expect, it } from 'vitest';
import { SdkModels } from '../../../lib/drivers/aws/sdk-models.ts';
import { parseIntegrationName } from '../../../lib/engine/task/integration-name.ts';
import type { ApiShape } from '../../../lib/ports/service-models.ts';

const models = new SdkModels(import.meta.dirname);

async function findResponse(name: string): Promise<ApiShape | undefined> {
  const named = parseIntegrationName(`arn:aws:states:::${name}`);
  return named === null ? undefined : await models.findResponse(named);
}

/** Returns the shape at a path of members, items and values. */
function at(shape: ApiShape | undefined, ...path: string[]): ApiShape | undefined {
  const [name, ...rest] = path;
  if (name === undefined || shape === undefined) return shape;
  if (shape.type === 'structure') return at(shape.members.get(name)?.(), ...rest);
  return shape.type === 'list' || shape.type === 'map' ? at(shape.item(), ...rest) : undefined;
}

describe('SdkModels', () => {
  it('a response shape has strings, numbers, lists and their elements', async () => {
    const putItem = await findResponse('dynamodb:putItem');
    const putEvents = await findResponse('events:putEvents');

    expect(at(putItem, 'ConsumedCapacity', 'CapacityUnits')).toEqual({ type: 'number' });
    expect(at(putItem, 'Attributes', 'any', 'L', 'any', 'S')).toEqual({ type: 'string' });
    expect(at(putEvents, 'Entries', 'any', 'EventId')).toEqual({ type: 'string' });
    expect(at(putEvents, 'FailedEntryCount')).toEqual({ type: 'number' });
  });

  it('timestamps and bytes are strings in a response shape', async () => {
    expect(at(await findResponse('aws-sdk:s3:getObject'), 'LastModified')).toEqual({
      type: 'string',
    });
    expect(at(await findResponse('aws-sdk:kms:encrypt'), 'CiphertextBlob')).toEqual({
      type: 'string',
    });
  });

  it('fields of an optimized integration begin with a capital, and required ones are listed', async () => {
    expect(await findResponse('states:startExecution')).toMatchObject({
      type: 'structure',
      required: ['ExecutionArn', 'StartDate'],
    });
  });

  it('an enumeration in a response shape has its values, also within a list', async () => {
    const object = await findResponse('aws-sdk:s3:getObject');
    const found = await findResponse('aws-sdk:lambda:getFunction');

    expect(at(object, 'StorageClass')).toMatchObject({
      values: expect.arrayContaining(['STANDARD', 'GLACIER']),
    });
    expect(at(found, 'Configuration', 'Architectures', 'any')).toEqual({
      type: 'string',
      values: ['arm64', 'x86_64'],
    });
    expect(at(object, 'ContentType')).toEqual({ type: 'string' });
  });

  it('the payload of an optimized Lambda call may be any document', async () => {
    expect(at(await findResponse('lambda:invoke'), 'Payload')).toEqual({ type: 'any' });
    expect(at(await findResponse('aws-sdk:lambda:invoke'), 'Payload')).toEqual({ type: 'string' });
  });

  it('fields of aws-sdk integrations have the names of the SDK for Java', async () => {
    const tables = await findResponse('aws-sdk:dynamodb:describeTable');

    expect(at(tables, 'Table', 'SseDescription', 'KmsMasterKeyArn')).toEqual({ type: 'string' });
  });

  it.each(['dynamodb:fetchItem', 'aws-sdk:kms:guess', 'apigateway:invoke', 'http:invoke'])(
    'an unknown action has no response shape: %s',
    async (name) => {
      expect(await findResponse(name)).toBeUndefined();
    },
  );

  it('the error for a missing client names the package to add', async () => {
    await expect(findResponse('aws-sdk:polly:describeVoices')).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('npm install @aws-sdk/client-polly'),
    });
  });
});
