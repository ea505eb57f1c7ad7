/** AWS JSON 1.0: which operation a request names, its document, and the form of answers. */
import type { Json } from '../asl/json/json.ts';
import { ServiceError } from './service-error.ts';

/** A request as a server has received it, with its whole body. */
export interface ServiceRequest {
  readonly method: string;
  /** The path with the query; a target in absolute form without its host. */
  readonly target: string;
  /** The headers as they were sent: names and values in turns. */
  readonly rawHeaders: readonly string[];
  /** Returns the header of a name in lower case; undefined when it was not sent. */
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
  /** The id that the answer and the log carry. */
  readonly requestId: string;
}

/** An answer, ready to send. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The type of every answer. */
const contentType = 'application/x-amz-json-1.0';

const targetPattern = /^AWSStepFunctions\.([A-Za-z]{1,64})$/;
const contentTypePattern = /^application\/x-amz-json-1\.[01]\s*(?:;|$)/i;

/** Returns the name of the operation that a request asks for. Throws UnknownOperationException. */
export function operationNameOf(request: ServiceRequest): string {
  const target = request.header('x-amz-target');
  if (target === undefined) throw unknownProtocol(request.header('content-type') ?? 'none');
  const [, name] = targetPattern.exec(target) ?? [];
  if (name !== undefined) return name;
  const message = `expected 'x-amz-target: AWSStepFunctions.<Operation>', found '${target.slice(0, 100)}'`;
  throw new ServiceError('UnknownOperationException', message);
}

function unknownProtocol(contentTypeFound: string): ServiceError {
  const found = contentTypeFound.slice(0, 100);
  const message =
    'Step Functions speaks AWS JSON 1.0 only: a POST with the headers x-amz-target and ' +
    `content-type: ${contentType}; found the content type '${found}' and no x-amz-target`;
  return new ServiceError('UnknownOperationException', message);
}

/** Returns the document of a request. Throws SerializationException. */
export function documentOf(request: ServiceRequest): Json {
  const type = request.header('content-type');
  if (type !== undefined && !contentTypePattern.test(type)) {
    const message = `expected 'content-type: ${contentType}', found '${type.slice(0, 100)}'`;
    throw new ServiceError('SerializationException', message);
  }
  if (request.body.byteLength === 0) return {};
  try {
    return JSON.parse(utf8.decode(request.body)) as Json;
  } catch {
    // The parser's message quotes the document, which may hold secrets.
    throw new ServiceError('SerializationException', 'the body is not a JSON document in UTF-8');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Returns the answer of an operation; members without a value are left out. */
export function toAnswer(output: object, requestId: string): ServiceResponse {
  return { status: 200, headers: headersOf(requestId), body: JSON.stringify(output) };
}

/** Time after which a call may be repeated that failed because the store is away, in seconds. */
const retryAfterSeconds = 2;

/** Returns the answer that reports an error. */
export function toErrorAnswer(error: ServiceError, requestId: string): ServiceResponse {
  const { type, message, status, members } = error;
  return {
    status,
    headers: {
      ...headersOf(requestId),
      'x-amzn-errortype': type,
      ...(status === 503 && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ __type: type, message, ...members }),
  };
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': contentType, 'x-amzn-requestid': requestId };
}

/** Returns a moment as AWS's clients read it: seconds since 1970, with milliseconds. */
export function toEpochSeconds(ms: number): number {
  return ms / 1_000;
}
