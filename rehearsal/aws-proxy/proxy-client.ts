/**
 * Calls that the rehearsal makes itself. They go through the same proxy as those of functions, so
 * that what Lambda or CloudFormation does for a role is authorized by the role's policies, too.
 */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** The proxy to call, and the access key to call it with. */
export interface ProxyClientConfig {
  /** The proxy's URL. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
}

/** The response of a service. */
export interface ProxiedResponse {
  readonly status: number;
  readonly body: JsonObject;
  /** The service's name of the error; null for a success. */
  readonly error: string | null;
  readonly message: string;
}

/** Calls an action of SQS. */
export async function callSqs(
  client: ProxyClientConfig,
  action: string,
  request: JsonObject,
): Promise<ProxiedResponse> {
  const response = await fetch(client.endpoint, {
    method: 'POST',
    headers: {
      authorization: authorization(client, 'sqs'),
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    },
    body: JSON.stringify(request),
  });
  return await readResponse(response);
}

/** Puts an object into a bucket. */
export async function putObject(
  client: ProxyClientConfig,
  bucket: string,
  key: string,
  body: Uint8Array,
): Promise<ProxiedResponse> {
  const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
  const response = await fetch(new URL(`/${path}`, client.endpoint), {
    method: 'PUT',
    headers: { authorization: authorization(client, 's3'), 'content-type': 'binary/octet-stream' },
    body: new Uint8Array(body),
  });
  return await readResponse(response);
}

/** Returns the response of S3 to a request for an object. */
export async function getObject(
  client: ProxyClientConfig,
  bucket: string,
  key: string,
): Promise<Response> {
  const path = [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
  return await fetch(new URL(`/${path}`, client.endpoint), {
    headers: { authorization: authorization(client, 's3') },
  });
}

/** Puts events on buses. A refused entry is returned as the error of the call. */
export async function publishEvents(
  client: ProxyClientConfig,
  Entries: readonly JsonObject[],
): Promise<ProxiedResponse> {
  const response = await callJson(client, 'events', {
    target: 'AWSEvents.PutEvents',
    body: { Entries },
  });
  const results = Array.isArray(response.body.Entries) ? response.body.Entries : [];
  const refused = results.filter(isObject).find(({ ErrorCode }) => ErrorCode !== undefined);
  if (refused === undefined) return response;
  return { ...response, error: String(refused.ErrorCode), message: String(refused.ErrorMessage) };
}

/** Calls a service whose protocol is REST with JSON, or JSON with a target. */
export async function callJson(
  client: ProxyClientConfig,
  service: string,
  call: {
    readonly method?: string;
    readonly path?: string;
    readonly target?: string;
    readonly body?: JsonObject;
  },
): Promise<ProxiedResponse> {
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
  return await readResponse(response);
}

/** The proxy reads the caller and the service, but does not verify the signature. */
function authorization({ accessKeyId, region }: ProxyClientConfig, service: string): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const scope = `${accessKeyId}/${date}/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}

async function readResponse(response: Response): Promise<ProxiedResponse> {
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
    // S3 answers in XML, or without a body.
    return {};
  }
}
