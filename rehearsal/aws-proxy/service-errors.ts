/** Errors in each service's own words and form, so that the SDK's clients read them as AWS's. */
import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

/** An answer that the gate or a service of its own gives. */
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
 * The form of an error of `service`, in the protocol of a request of this content type: XML for S3
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

/** A result in JSON. */
export function jsonReply(status: number, body: object): ServiceReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

/** A result in XML. */
export function xmlReply(status: number, xml: string): ServiceReply {
  const body = `<?xml version="1.0" encoding="UTF-8"?>${xml}`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** What a service answers whom its policies do not allow. */
export function deniedBy(service: string, message: string): ServiceFailure {
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

/** What a service answers when it is asked too often. */
export function throttledBy(service: string): ServiceFailure {
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

/** What AWS answers to an access key that is nobody's. */
export function unknownKeyAt(service: string): ServiceFailure {
  const code = service === 's3' ? 'InvalidAccessKeyId' : 'UnrecognizedClientException';
  const message = 'The security token included in the request is invalid.';
  return { code, status: 403, message };
}

/** What is answered to an operation that the gate does not know. */
export function unknownOperation(service: string, what: string): ServiceFailure {
  return {
    code: service === 's3' ? 'NotImplemented' : 'UnknownOperationException',
    status: service === 's3' ? 501 : 404,
    message: `a rehearsal does not know this operation of ${service}: ${what}`,
  };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
