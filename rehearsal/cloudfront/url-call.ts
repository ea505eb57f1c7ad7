/** Calls a function by its URL, with a request that IAM has let through. */
import { randomUUID } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Json } from '../../lib/asl/json/json.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import type { ViewerRequest, ViewerResponse } from './cloudfront.ts';

/** A request to the URL of a function. */
export interface UrlCall extends ViewerRequest {
  /** The domain of the URL. */
  readonly origin: string;
  /** The path without the query. */
  readonly uri: string;
  /** The query without its question mark. */
  readonly query: string;
}

/** The result of a function behind a URL. */
interface UrlAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Returns the answer of a function, as its URL makes one of the result. */
export async function callUrl(
  server: RunningFunction,
  call: UrlCall,
  { resolution }: Pick<Deployment, 'resolution'>,
): Promise<ViewerResponse> {
  const event = urlEvent(call, resolution.environment.account);
  const outcome = await server.invoke(JSON.stringify(event), 'requests of the distribution');
  if (outcome.kind !== 'answered') {
    return { status: 502, headers: {}, setCookies: [], body: JSON.stringify(outcome) };
  }
  const answer: UrlAnswer = JSON.parse(outcome.payload);
  const { statusCode = 200, headers = {}, cookies = [] } = answer;
  return { status: statusCode, headers, setCookies: cookies, body: readBody(answer) };
}

function readBody({ body = '', isBase64Encoded = false, headers = {} }: UrlAnswer): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  switch (headers['content-encoding']) {
    case 'br':
      return brotliDecompressSync(bytes).toString('utf8');
    case 'gzip':
      return gunzipSync(bytes).toString('utf8');
    default:
      return bytes.toString('utf8');
  }
}

/** The browser's `host` is not sent on: the URL is found by its own. */
function urlEvent({ method, uri, query, headers, body, origin }: UrlCall, account: string): Json {
  const { cookie, ...others } = headers;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: uri,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: { ...others, host: origin, 'x-forwarded-proto': 'https' },
    requestContext: {
      accountId: account,
      apiId: 'rehearsal',
      authentication: null,
      authorizer: { iam: { accessKey: '', accountId: account, userArn: '', userId: '' } },
      domainName: origin,
      domainPrefix: 'rehearsal',
      http: {
        method,
        path: uri,
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'Amazon CloudFront',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}
