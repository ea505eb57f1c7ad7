/** Requests of the tests, as a server passes them to the endpoint. */
import type { ServiceRequest } from '../../lib/step-functions/protocol.ts';

/** What a test sends; everything else is as the AWS CLI sends it. */
export interface SentRequest {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** Returns a request. */
export function serviceRequest({
  method = 'POST',
  target = '/',
  headers = {},
  body = '',
  signal = new AbortController().signal,
}: SentRequest): ServiceRequest {
  const byName = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method,
    target,
    rawHeaders: Object.entries(headers).flat(),
    header: (name) => byName.get(name),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    signal,
    requestId: 'request-1',
  };
}

/** Returns a request for an operation. */
export function operationRequest(
  operation: string,
  members: unknown,
  { headers = {}, ...others }: Omit<SentRequest, 'body'> = {},
): ServiceRequest {
  return serviceRequest({
    headers: {
      host: '127.0.0.1:8083',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${operation}`,
      ...headers,
    },
    body: JSON.stringify(members),
    ...others,
  });
}
