/** What requests to S3 ask for: buckets named in the path, as for every endpoint that is an IP. */
import type { AwsRequest, Demand, Need, ReadDemand } from '../aws-request.ts';

/** An operation, and the permissions for it, which are for the bucket or for the object. */
type Rule = readonly [operation: string, ...actions: string[]];

/** By `LEVEL METHOD SUBRESOURCE`. */
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

/** The parameters that choose no other operation, as far as {@link plainForms} does not say. */
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

/** See this file's head. */
export const s3Demand: ReadDemand = (request) => {
  const { bucket, key } = locationOf(request);
  if (bucket === '') {
    if (request.method !== 'GET') return undefined;
    return { operation: 'ListBuckets', needs: [{ action: 's3:ListAllMyBuckets', resource: '*' }] };
  }
  if (request.method === 'POST' && key === '' && request.query.has('delete')) {
    return deletion(request, bucket);
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
  const needs = actions.map((action) => ({ action, resource, context }));
  return withHeaders(request, { operation, needs });
};

/** Whether the body tells what is asked for; else it is an object's bytes, and passed on. */
export function isDeletion(method: string, query: URLSearchParams): boolean {
  return method === 'POST' && query.has('delete');
}

/** The bucket and the key in a request's path; empty texts where there is none. */
export function locationOf({ path }: Pick<AwsRequest, 'path'>): { bucket: string; key: string } {
  const [, bucket = '', ...key] = path.split('/');
  return { bucket: decodeURIComponent(bucket), key: key.map(decodeURIComponent).join('/') };
}

/** What headers add: a source that is copied, tags. */
function withHeaders({ headers }: AwsRequest, { operation, needs }: Demand): Demand {
  const source = headers['x-amz-copy-source'];
  const [first] = needs;
  const more: Need[] = [];
  if (headers['x-amz-tagging'] !== undefined && first !== undefined) {
    more.push({ ...first, action: 's3:PutObjectTagging' });
  }
  if (typeof source !== 'string') return { operation, needs: [...needs, ...more] };
  const path = decodeURIComponent(source.replace(/^\//, '').replace(/\?.*$/, ''));
  more.push({ action: 's3:GetObject', resource: `arn:aws:s3:::${path}` });
  const copied = operation === 'UploadPart' ? 'UploadPartCopy' : 'CopyObject';
  return { operation: copied, needs: [...needs, ...more] };
}

function deletion({ body }: AwsRequest, bucket: string): Demand {
  const keys = [...body.toString('utf8').matchAll(/<Key>(.*?)<\/Key>/gs)].map(
    ([, key = '']) => key,
  );
  const needs = keys.map((key) => ({
    action: 's3:DeleteObject',
    resource: `arn:aws:s3:::${bucket}/${unescapeXml(key)}`,
  }));
  return { operation: 'DeleteObjects', needs };
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
