/** S3 behind the AWS proxy, by its SDK: permissions, and records of new objects. */
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { allow } from '../../support/access.ts';
import { openAwsProxy } from '../../support/aws-proxy-harness.ts';

const Bucket = 'reports';

async function open(...statements: Json[]) {
  const opened = await openAwsProxy({ statements });
  opened.servers.createBucket(Bucket);
  return { ...opened, client: new S3Client(opened.client) };
}

const objects = 'arn:aws:s3:::reports/*';
const everything = [allow('s3:*', ['arn:aws:s3:::reports', objects])];

describe('a call of S3 through the proxy', () => {
  it('S3 is called with the bucket in the path, and objects are relayed unchanged', async () => {
    const { client, proxy } = await open(...everything);
    const Key = 'in/a b+ü.csv';
    const text = 'line\n'.repeat(100_000);

    await client.send(new PutObjectCommand({ Bucket, Key, Body: text }));
    const read = await client.send(new GetObjectCommand({ Bucket, Key }));
    const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/' }));

    expect(await read.Body?.transformToString()).toBe(text);
    expect(listed.Contents?.map((each) => each.Key)).toEqual([Key]);
    expect(proxy.calls[0]).toMatchObject({
      operation: 'PutObject',
      resource: 'arn:aws:s3:::reports/in/a b+ü.csv',
      created: {
        bucket: Bucket,
        key: Key,
        size: 500_000,
        etag: expect.stringMatching(/^[0-9a-f]+$/),
      },
    });
  });

  it('an object is uploaded from a stream', async () => {
    const { client, proxy } = await open(...everything);
    const body = Readable.from([Buffer.from('line\n'.repeat(10))]);

    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: body, ContentLength: 50 }));

    const read = await client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await read.Body?.transformToString()).toBe('line\n'.repeat(10));
    expect(proxy.calls[0]?.created).toMatchObject({ size: 50 });
  });

  it('a call that the role does not allow is refused with the error of S3', async () => {
    const { client } = await open(allow('s3:GetObject', objects));

    const putting = client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' }));

    await expect(putting).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:PutObject on resource: arn:aws:s3:::reports/a'),
    });
  });

  it('a missing object is denied to a caller that may not list the bucket', async () => {
    const reader = await open(allow('s3:GetObject', objects));
    const lister = await open(
      allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::reports', objects]),
    );
    const absent = { Bucket, Key: 'absent' };

    await expect(reader.client.send(new HeadObjectCommand(absent))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await expect(reader.client.send(new GetObjectCommand(absent))).rejects.toThrow(/s3:ListBucket/);
    await expect(lister.client.send(new GetObjectCommand(absent))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    expect(reader.proxy.calls.map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
  });

  it('listing a bucket is authorized with the prefix of the request', async () => {
    const Condition = { StringLike: { 's3:prefix': 'in/*' } };
    const { client } = await open(allow('s3:ListBucket', 'arn:aws:s3:::reports', { Condition }));
    const list = (Prefix: string) => client.send(new ListObjectsV2Command({ Bucket, Prefix }));

    await expect(list('in/a')).resolves.toBeDefined();
    await expect(list('out/')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('copying an object requires the permission to read the source', async () => {
    const { client, proxy } = await open(
      allow('s3:PutObject', objects),
      allow('s3:GetObject', 'arn:aws:s3:::reports/in/*'),
    );
    for (const Key of ['in/a', 'out/a']) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: 'b' }));
    }
    const copy = (CopySource: string) =>
      client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }));

    await expect(copy('reports/out/a')).rejects.toThrow(/s3:GetObject on resource: .*out\/a/);
    await expect(copy('reports/in/a')).resolves.toBeDefined();
    expect(proxy.calls.at(-1)).toMatchObject({ operation: 'CopyObject', created: { key: 'copy' } });
  });

  it('deleting several objects requires a permission for each', async () => {
    const { client } = await open(allow('s3:DeleteObject', 'arn:aws:s3:::reports/in/*'));
    const remove = (...keys: string[]) =>
      client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
      );

    await expect(remove('in/a&b', 'in/c')).resolves.toBeDefined();
    await expect(remove('in/a', 'out/b')).rejects.toThrow(/s3:DeleteObject .*reports\/out\/b/);
  });

  it('beginning a multipart upload requires the permission to put', async () => {
    const { client } = await open(allow('s3:GetObject', objects));

    await expect(
      client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' })),
    ).rejects.toThrow(/s3:PutObject/);
  });

  it('the end of a multipart upload is recorded with the new object', async () => {
    const { client, proxy } = await open(...everything);
    const upload = { Bucket, Key: 'a' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: 'b' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };

    const made = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }),
    );

    expect(proxy.calls.map(({ operation, created }) => [operation, created])).toEqual([
      ['CreateMultipartUpload', undefined],
      ['UploadPart', undefined],
      [
        'CompleteMultipartUpload',
        { bucket: Bucket, key: 'a', etag: made.ETag?.replaceAll('"', '') },
      ],
    ]);
  });

  it('an unknown operation of S3 is refused and recorded', async () => {
    const { client, proxy } = await open(allow('*'));

    await expect(client.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    expect(proxy.calls).toMatchObject([
      { outcome: 'refused', message: expect.stringContaining('/reports') },
    ]);
  });
});
