/** S3 with its real client, over HTTP, against a server with its protocol. */
import { S3Client } from '@aws-sdk/client-s3';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3ObjectStore } from '../../../lib/drivers/s3/s3-object-store.ts';
import { objectStoreContract } from '../../contracts/object-store/object-store-contract.ts';
import { collectAll } from '../../support/collect-all.ts';

function createClient(endpoint: string, maxAttempts = 1): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    maxAttempts,
  });
}

objectStoreContract('S3', async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  const client = createClient(server.address);
  return {
    store: new S3ObjectStore(client),
    makeBucket: (bucket) => void server.createBucket(bucket),
    close: async () => {
      client.destroy();
      await server.stop();
    },
  };
});

describe('objects in S3', () => {
  let server: FauxqsServer;
  let store: S3ObjectStore;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
    server.createBucket('many');
    store = new S3ObjectStore(createClient(server.address));
  });
  afterAll(() => server.stop());

  it('a list continues after the thousand objects of one S3 page', async () => {
    const keys = Array.from({ length: 1_005 }, (_, index) => `k${String(index).padStart(5, '0')}`);
    const request = { method: 'PUT', body: new Uint8Array([1]) };
    const put = (key: string) => fetch(`${server.address}/many/${key}`, request);
    await Promise.all(keys.map(put));

    const listed = await collectAll(store.list('many/'));

    expect(listed.map(({ path }) => path)).toEqual(keys.map((key) => `many/${key}`));
  });

  it('a write into a missing bucket fails with FILE_NOT_WRITABLE', async () => {
    await expect(store.put('nowhere/a.txt', 'x')).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
      retryable: false,
      message: expect.stringContaining('s3://nowhere/a.txt: there is no such bucket'),
    });
  });

  it('a read from an unreachable S3 is retryable', async () => {
    const unreachable = new S3ObjectStore(createClient('http://127.0.0.1:1'));

    await expect(unreachable.stat('many/a.txt')).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      retryable: true,
    });
  });
});
