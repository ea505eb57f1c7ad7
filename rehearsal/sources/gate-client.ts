/**
 * Calls that the rehearsal makes itself, through the same gate as the functions: in the name of a
 * role, so that what Lambda or CloudFormation does for it is asked of the role's policies too.
 */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** In whose name, and where. */
export interface GateClientOptions {
  /** The gate's URL. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
}

/** What a service answered. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: JsonObject;
  /** The error's name as the service says it; null when there is none. */
  readonly error: string | null;
  readonly message: string;
}

/** Calls an action of SQS; its answer, or the service's error. */
export async function callSqs(
  client: GateClientOptions,
  action: string,
  request: JsonObject,
): Promise<ServiceAnswer> {
  const response = await fetch(client.endpoint, {
    method: 'POST',
    headers: {
      authorization: authorization(client, 'sqs'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    },
    body: JSON.stringify(request),
  });
  return await read(response);
}

/** Puts an object into a bucket. */
export async function putObject(
  client: GateClientOptions,
  bucket: string,
  key: string,
  body: Uint8Array,
): Promise<ServiceAnswer> {
  const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
  const response = await fetch(new URL(`/${path}`, client.endpoint), {
    method: 'PUT',
    headers: { authorization: authorization(client, 's3'), 'content-type': 'binary/octet-stream' },
    body: new Uint8Array(body),
  });
  return await read(response);
}

/** Puts events on buses; an entry that is refused is told as the call's error. */
export async function putEvents(
  client: GateClientOptions,
  Entries: readonly JsonObject[],
): Promise<ServiceAnswer> {
  const answer = await callJson(client, 'events', {
    target: 'AWSEvents.PutEvents',
    body: { Entries },
  });
  const results = Array.isArray(answer.body.Entries) ? answer.body.Entries : [];
  const refused = results.filter(isObject).find(({ ErrorCode }) => ErrorCode !== undefined);
  if (refused === undefined) return answer;
  return { ...answer, error: String(refused.ErrorCode), message: String(refused.ErrorMessage) };
}

/** Calls a service whose protocol is REST with JSON, or JSON with a target. */
export async function callJson(
  client: GateClientOptions,
  service: string,
  call: {
    readonly method?: string;
    readonly path?: string;
    readonly target?: string;
    readonly body?: JsonObject;
  },
): Promise<ServiceAnswer> {
  const { method = 'POST', path = '/', target, body } = call;
  const response = await fetch(new URL(path, client.endpoint), {
    method,
    headers: {
      authorization: authorization(client, service),
      'content-type': target === undefined ? 'application/json' : 'application/x-amz-json-1.1',
      ...(target !== undefined && { 'x-amz-target': target }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await read(response);
}

/** The gate reads who calls which service; nobody checks the signature. */
function authorization({ accessKeyId, region }: GateClientOptions, service: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${accessKeyId}/${date}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}

async function read(response: Response): Promise<ServiceAnswer> {
  const text = await response.text();
  const body = parse(text);
  if (response.ok) return { status: response.status, body, error: null, message: '' };
  const [, code] = /<Code>([^<]+)<\/Code>/.exec(text) ?? [];
  const named = response.headers.get('x-amzn-errortype') ?? body.__type ?? code ?? 'Unknown';
  const error = String(named).split('#').at(-1)?.split(':')[0] ?? '';
  const message = String(body.message ?? body.Message ?? text);
  return { status: response.status, body, error, message };
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // XML, or nothing: S3's.
    return {};
  }
}
