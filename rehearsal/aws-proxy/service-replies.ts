/** Replies and errors as each service writes them, so that the SDK's clients recognize them. */
import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

/** A reply of the proxy, or of a service that is simulated in this process. */
export interface ServiceReply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

/** An error of a service. */
export interface ServiceFailure {
  /** `AccessDeniedException` */
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

/**
 * Creates the reply for an error, in the protocol of a request with this content type: XML for S3
 * and for forms, JSON for all others.
 */
export function errorReply(
  service: string,
  { code, status, message }: ServiceFailure,
  contentType = '',
): ServiceReply {
  const inside = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  if (service === 's3') return xmlReply(status, `<Error>${inside}</Error>`);
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const error = `<Error><Type>Sender</Type>${inside}</Error>`;
    return xmlReply(status, `<ErrorResponse>${error}</ErrorResponse>`);
  }
  const reply = jsonReply(status, { __type: code, message, Message: message });
  const query = service === 'sqs' ? { 'x-amzn-query-error': `${code};Sender` } : {};
  return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': code, ...query } };
}

/** Creates a reply in JSON. */
export function jsonReply(status: number, body: object): ServiceReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

/** Creates a reply in XML. */
export function xmlReply(status: number, xml: string): ServiceReply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>${xml}`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** Returns the error of a service whose policies deny a call. */
export function accessDenied(service: string, message: string): ServiceFailure {
  switch (service) {
    case 's3':
    case 'sqs':
    case 'sts':
      return { code: 'AccessDenied', status: 403, message };
    case 'events':
      return { code: 'AccessDeniedException', status: 400, message };
    default:
      return { code: 'AccessDeniedException', status: 403, message };
  }
}

/** Returns the error of a service that is called too often. */
export function throttled(service: string): ServiceFailure {
  const message = 'Rate exceeded';
  switch (service) {
    case 's3':
      return { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' };
    case 'sqs':
      return { code: 'RequestThrottled', status: 400, message };
    case 'lambda':
      return { code: 'TooManyRequestsException', status: 429, message };
    case 'scheduler':
      return { code: 'ThrottlingException', status: 429, message };
    default:
      return { code: 'ThrottlingException', status: 400, message };
  }
}

/** Returns the error of AWS for an access key that does not exist. */
export function unknownAccessKey(service: string): ServiceFailure {
  const code = service === 's3' ? 'InvalidAccessKeyId' : 'UnrecognizedClientException';
  const message = 'The security token included in the request is invalid.';
  return { code, status: 403, message };
}

/** Returns the error for an operation that the proxy does not know. */
export function unknownOperation(service: string, operation: string): ServiceFailure {
  return {
    code: service === 's3' ? 'NotImplemented' : 'UnknownOperationException',
    status: service === 's3' ? 501 : 404,
    message: `a rehearsal does not know this operation of ${service}: ${operation}`,
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
