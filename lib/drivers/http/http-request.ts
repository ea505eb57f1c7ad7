import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';

/** A request, ready to be sent. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string;
}

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);
const bodiless = new Set(['GET', 'HEAD']);

/** Headers that AWS does not let a definition set: the connection or HTTP itself sets them. */
const reserved = new Set(
  `a-im accept-charset accept-datetime accept-encoding authorization cache-control connection
  content-encoding content-md5 date expect forwarded from host http2-settings if-match
  if-modified-since if-none-match if-range if-unmodified-since max-forwards origin pragma
  proxy-authorization referer server te trailer transfer-encoding upgrade via warning`.split(/\s+/),
);
const reservedPrefix = /^x-(?:forwarded|amz|amzn)-/;

/** Throws `States.Runtime`: nothing was sent, and a retry would fail in the same way. */
export function failInvalidRequest(cause: string): never {
  throw new TaskFailure(ErrorName.runtime, cause);
}

/** Reads the string `parameters[field]`. */
export function readTextField(parameters: JsonObject, field: string): string {
  const value = parameters[field];
  if (typeof value === 'string' && value !== '') return value;
  return failInvalidRequest(
    `${field} must be a string that is not empty; found ${JSON.stringify(value)}`,
  );
}

/** Reads `parameters.Method`. */
export function parseMethod(parameters: JsonObject): string {
  const method = readTextField(parameters, 'Method');
  return methods.has(method)
    ? method
    : failInvalidRequest(`Method must be one of ${[...methods].join(', ')}; found '${method}'`);
}

/** Reads `parameters.Headers`: each is a string or a list of strings. */
export function parseHeaders({ Headers: given = {} }: JsonObject): Headers {
  if (!isObject(given))
    return failInvalidRequest(`Headers must be an object; found ${JSON.stringify(given)}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    const folded = name.toLowerCase();
    if (reserved.has(folded) || reservedPrefix.test(folded)) {
      failInvalidRequest(`the header '${name}' cannot be set by a definition`);
    }
    for (const text of [value].flat()) appendHeader(headers, name, toScalarText(text));
  }
  return headers;
}

function appendHeader(headers: Headers, name: string, text: string): void {
  try {
    headers.append(name, text);
  } catch {
    failInvalidRequest(`the header '${name}' has a name or a value that HTTP does not allow`);
  }
}

/** Appends `QueryParameters`: an object of strings or lists, or a query string. */
export function addQuery(url: URL, given: Json | undefined): void {
  if (given === undefined || given === null) return;
  const pairs = isObject(given)
    ? Object.entries(given).flatMap(([name, value]) =>
        [value].flat().map((each) => [name, toScalarText(each)] as const),
      )
    : [...new URLSearchParams(toScalarText(given))];
  for (const [name, text] of pairs) url.searchParams.append(name, text);
}

/** Adds `body` to a request, if there is one; throws if the method does not allow it. */
export function addBody(request: HttpRequest, body: string | undefined): HttpRequest {
  if (body === undefined) return request;
  if (bodiless.has(request.method))
    failInvalidRequest(`a ${request.method} request must not have a body`);
  return { ...request, body };
}

/** Formats a body to send: a string as it is, any other value as JSON. */
export function toBodyText(body: Json): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function toScalarText(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
