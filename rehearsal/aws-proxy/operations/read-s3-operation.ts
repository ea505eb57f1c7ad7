import type {
  AwsRequest,
  OperationReader,
  RequestedOperation,
  RequiredPermission,
} from '../aws-request.ts';

/** An operation and its actions, which are on the bucket or on the object. */
type Rule = readonly [operation: string, ...actions: string[]];

/** The rules by `LEVEL METHOD SUBRESOURCE`. */
const rules: Readonly<Record<string, Rule>> = {
  'bucket GET ': ['ListObjects', 's3:ListBucket'],
  'bucket GET list-type': ['ListObjectsV2', 's3:ListBucket'],
  'bucket GET location': ['GetBucketLocation', 's3:GetBucketLocation'],
  'bucket GET notification': ['GetBucketNotificationConfiguration', 's3:GetBucketNotification'],
  'bucket GET tagging': ['GetBucketTagging', 's3:GetBucketTagging'],
  'bucket GET uploads': ['ListMultipartUploads', 's3:ListBucketMultipartUploads'],
  'bucket GET versions': ['ListObjectVersions', 's3:ListBucketVersions'],
  'bucket HEAD ': ['HeadBucket', 's3:ListBucket'],
  'bucket PUT ': ['CreateBucket', 's3:CreateBucket'],
  'bucket PUT notification': ['PutBucketNotificationConfiguration', 's3:PutBucketNotification'],
  'bucket PUT tagging': ['PutBucketTagging', 's3:PutBucketTagging'],
  'bucket DELETE ': ['DeleteBucket', 's3:DeleteBucket'],
  'object GET ': ['GetObject', 's3:GetObject'],
  'object GET versionId': ['GetObject', 's3:GetObjectVersion'],
  'object GET attributes': ['GetObjectAttributes', 's3:GetObject', 's3:GetObjectAttributes'],
  'object GET tagging': ['GetObjectTagging', 's3:GetObjectTagging'],
  'object GET uploadId': ['ListParts', 's3:ListMultipartUploadParts'],
  'object HEAD ': ['HeadObject', 's3:GetObject'],
  'object HEAD versionId': ['HeadObject', 's3:GetObjectVersion'],
  'object PUT ': ['PutObject', 's3:PutObject'],
  'object PUT uploadId': ['UploadPart', 's3:PutObject'],
  'object PUT tagging': ['PutObjectTagging', 's3:PutObjectTagging'],
  'object POST uploads': ['CreateMultipartUpload', 's3:PutObject'],
  'object POST uploadId': ['CompleteMultipartUpload', 's3:PutObject'],
  'object DELETE ': ['DeleteObject', 's3:DeleteObject'],
  'object DELETE versionId': ['DeleteObject', 's3:DeleteObjectVersion'],
  'object DELETE uploadId': ['AbortMultipartUpload', 's3:AbortMultipartUpload'],
  'object DELETE tagging': ['DeleteObjectTagging', 's3:DeleteObjectTagging'],
};

/** Parameters that select no operation, besides those that match {@link plainForms}. */
const plainNames: ReadonlySet<string> = new Set([
  'continuation-token',
  'delimiter',
  'encoding-type',
  'fetch-owner',
  'marker',
  'partNumber',
  'prefix',
  'start-after',
  'x-id',
]);

const plainForms = /^(?:max-|response-|X-Amz-)|-marker$/;

/** Reads requests to S3, which have the bucket in the path as the endpoint is an IP address. */
export const readS3Operation: OperationReader = (request) => {
  const { bucket, key } = parseObjectPath(request);
  if (bucket === '') {
    if (request.method !== 'GET') return undefined;
    const required = { action: 's3:ListAllMyBuckets', resource: '*' };
    return { operation: 'ListBuckets', requiredPermissions: [required] };
  }
  if (request.method === 'POST' && key === '' && request.query.has('delete')) {
    return readMultiDelete(request, bucket);
  }
  const chosen = [...request.query.keys()].filter(
    (name) => !plainNames.has(name) && !plainForms.test(name),
  );
  if (chosen.length > 1) return undefined;
  const level = key === '' ? 'bucket' : 'object';
  const rule = rules[`${level} ${request.method} ${chosen[0] ?? ''}`];
  if (rule === undefined) return undefined;
  const [operation, ...actions] = rule;
  const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
  const context = listContext(request);
  const requiredPermissions = actions.map((action) => ({ action, resource, context }));
  return addHeaderPermissions(request, { operation, requiredPermissions });
};

/** Whether the body lists objects to delete; every other body is the content of an object. */
export function isMultiDelete(method: string, query: URLSearchParams): boolean {
  return method === 'POST' && query.has('delete');
}

/** Returns the bucket and the key in a request's path; empty texts where there are none. */
export function parseObjectPath({ path }: Pick<AwsRequest, 'path'>): {
  bucket: string;
  key: string;
} {
  const [, bucket = '', ...key] = path.split('/');
  return { bucket: decodeURIComponent(bucket), key: key.map(decodeURIComponent).join('/') };
}

/** Adds the permissions that headers require: to read the source of a copy, to write tags. */
function addHeaderPermissions(
  { headers }: AwsRequest,
  { operation, requiredPermissions }: RequestedOperation,
): RequestedOperation {
  const source = headers['x-amz-copy-source'];
  const [first] = requiredPermissions;
  const all: RequiredPermission[] = [...requiredPermissions];
  if (headers['x-amz-tagging'] !== undefined && first !== undefined) {
    all.push({ ...first, action: 's3:PutObjectTagging' });
  }
  if (typeof source !== 'string') return { operation, requiredPermissions: all };
  const path = decodeURIComponent(source.replace(/^\//, '').replace(/\?.*$/, ''));
  all.push({ action: 's3:GetObject', resource: `arn:aws:s3:::${path}` });
  const copy = operation === 'UploadPart' ? 'UploadPartCopy' : 'CopyObject';
  return { operation: copy, requiredPermissions: all };
}

function readMultiDelete({ body }: AwsRequest, bucket: string): RequestedOperation {
  const keys = [...body.toString('utf8').matchAll(/<Key>(.*?)<\/Key>/gs)].map(
    ([, key = '']) => key,
  );
  const requiredPermissions = keys.map((key) => ({
    action: 's3:DeleteObject',
    resource: `arn:aws:s3:::${bucket}/${unescapeXml(key)}`,
  }));
  return { operation: 'DeleteObjects', requiredPermissions };
}

function listContext({ query }: AwsRequest): Record<string, string> {
  const context: Record<string, string> = {};
  for (const name of ['prefix', 'delimiter', 'max-keys']) {
    const value = query.get(name);
    if (value !== null) context[`s3:${name}`] = value;
  }
  return context;
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll('&amp;', '&');
}
