import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { ListedObject, ObjectStore, ObjectVersion, Upload } from '../../ports/object-store.ts';
import { isBeyondEnd, notReadable, notWritable } from './s3-errors.ts';

/** Location of the buckets; missing fields come from the AWS environment. */
export interface S3Options {
  readonly region?: string;
  /** The URL of a server with S3's protocol. */
  readonly endpoint?: string;
  /** Whether the bucket is in the path of a URL instead of its host. @default false */
  readonly pathStyle?: boolean;
}

/**
 * Stores objects in buckets of Amazon S3, or of a server with its protocol. The version of an
 * object is its ETag. Credentials, region and endpoint come from the AWS environment unless the
 * configuration sets them.
 */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;

  constructor(client: S3Client) {
    this.#client = client;
  }

  async stat(path: string): Promise<ObjectVersion> {
    try {
      const head = await this.#client.send(new HeadObjectCommand(parsePath(path)));
      return { bytes: head.ContentLength ?? 0, version: head.ETag ?? '' };
    } catch (error) {
      throw notReadable(path, error);
    }
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    const range = fromByte > 0 ? { Range: `bytes=${fromByte}-` } : {};
    try {
      const reply = await this.#client.send(new GetObjectCommand({ ...parsePath(path), ...range }));
      if (reply.Body !== undefined) yield* reply.Body as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (isBeyondEnd(error)) return;
      throw notReadable(path, error);
    }
  }

  async *list(prefix: string, after?: string): AsyncGenerator<ListedObject> {
    const { Bucket, Key: Prefix } = parsePath(prefix);
    const StartAfter = after === undefined ? undefined : parsePath(after).Key;
    let token: string | undefined;
    do {
      const page = await this.#page(
        { Bucket, Prefix, StartAfter, ContinuationToken: token },
        prefix,
      );
      for (const { Key = '', Size = 0, ETag = '', LastModified } of page.Contents ?? []) {
        const modifiedAt = LastModified?.getTime() ?? 0;
        yield { path: `${Bucket}/${Key}`, bytes: Size, version: ETag, modifiedAt };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async put(path: string, content: string): Promise<void> {
    const Body = Buffer.from(content);
    const request = { ...parsePath(path), Body, ContentLength: Body.length };
    try {
      await this.#client.send(new PutObjectCommand(request));
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  async startUpload(path: string, type: string): Promise<Upload> {
    const request = { ...parsePath(path), ContentType: type };
    const { UploadId: id = '' } = await this.#writing(path, () =>
      this.#client.send(new CreateMultipartUploadCommand(request)),
    );
    return { id, parts: [], bytes: 0 };
  }

  async addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload> {
    const { id, parts, bytes } = upload;
    const request = {
      ...parsePath(path),
      UploadId: id,
      PartNumber: parts.length + 1,
      Body: content,
      ContentLength: content.length,
    };
    const { ETag = '' } = await this.#writing(path, () =>
      this.#client.send(new UploadPartCommand(request)),
    );
    return { id, parts: [...parts, ETag], bytes: bytes + content.length };
  }

  async finishUpload(path: string, { id, parts }: Upload): Promise<void> {
    const Parts = parts.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    const request = { ...parsePath(path), UploadId: id, MultipartUpload: { Parts } };
    await this.#writing(path, () => this.#client.send(new CompleteMultipartUploadCommand(request)));
  }

  async cancelUpload(path: string, { id }: Upload): Promise<void> {
    const request = { ...parsePath(path), UploadId: id };
    await this.#writing(path, () => this.#client.send(new AbortMultipartUploadCommand(request)));
  }

  async #writing<Reply>(path: string, call: () => Promise<Reply>): Promise<Reply> {
    try {
      return await call();
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  async #page(
    request: ListObjectsV2CommandInput,
    prefix: string,
  ): Promise<ListObjectsV2CommandOutput> {
    try {
      return await this.#client.send(new ListObjectsV2Command(request));
    } catch (error) {
      throw notReadable(prefix, error);
    }
  }
}

/**
 * Timeout for connecting, in milliseconds: a leader reads for all of its batches, and an address
 * that never responds would block it for minutes.
 */
const connectionTimeout = 5_000;

/** Creates an object store with its own client. */
export function openS3ObjectStore({ region, endpoint, pathStyle }: S3Options): S3ObjectStore {
  return new S3ObjectStore(
    new S3Client({
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { endpoint }),
      forcePathStyle: pathStyle ?? false,
      requestHandler: { connectionTimeout },
    }),
  );
}

function parsePath(path: string): { readonly Bucket: string; readonly Key: string } {
  const slash = path.indexOf('/');
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) };
}
