/** The parts of an HTTP request that Tasks describe, read and held to what may be sent. Pure. */
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../ports/task-failure.ts';

/** A request, ready to be sent. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string;
}

const methods = new Set(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']);
const bodiless = new Set(['GET', 'HEAD']);

/** Headers that AWS lets no definition set: they belong to the connection, or to HTTP itself. */
const reserved = new Set(
  `a-im accept-charset accept-datetime accept-encoding authorization cache-control connection
  content-encoding content-md5 date expect forwarded from host http2-settings if-match
  if-modified-since if-none-match if-range if-unmodified-since max-forwards origin pragma
  proxy-authorization referer server te trailer transfer-encoding upgrade via warning`.split(/\s+/),
);
const reservedPrefix = /^x-(?:forwarded|amz|amzn)-/;

/** Fails with `States.Runtime`: nothing was sent, and it would be the same again. */
export function refuse(cause: string): never {
  throw new TaskFailure(ErrorName.runtime, cause);
}

/** The text `parameters[field]`. */
export function textField(parameters: JsonObject, field: string): string {
  const value = parameters[field];
  if (typeof value === 'string' && value !== '') return value;
  return refuse(`${field} must be a text that is not empty; found ${JSON.stringify(value)}`);
}

/** `parameters.Method`, one of HTTP's own. */
export function methodOf(parameters: JsonObject): string {
  const method = textField(parameters, 'Method');
  return methods.has(method)
    ? method
    : refuse(`Method must be one of ${[...methods].join(', ')}; found '${method}'`);
}

/**
 * The address to call. Secrets go over `https:` alone; to this machine itself, and to the hosts
 * that the configuration names, over `http:` too.
 */
export function addressOf(text: string, insecureHosts: ReadonlySet<string>): URL {
  if (!URL.canParse(text)) return refuse(`ApiEndpoint must be a URL; found '${text}'`);
  const url = new URL(text);
  const mayBePlain = isLoopback(url.hostname) || insecureHosts.has(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && mayBePlain)) return url;
  return refuse(
    `ApiEndpoint must begin with https:// (http:// is for this machine, and for hosts in ` +
      `insecureHosts of the configuration); found '${text}'`,
  );
}

/** Whether `hostname` is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** `parameters.Headers`, each a text or a list of texts. */
export function headersOf({ Headers: given = {} }: JsonObject): Headers {
  if (!isObject(given)) return refuse(`Headers must be an object; found ${JSON.stringify(given)}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    const folded = name.toLowerCase();
    if (reserved.has(folded) || reservedPrefix.test(folded)) {
      refuse(`the header '${name}' cannot be set by a definition`);
    }
    for (const text of [value].flat()) appendHeader(headers, name, scalarText(text));
  }
  return headers;
}

function appendHeader(headers: Headers, name: string, text: string): void {
  try {
    headers.append(name, text);
  } catch {
    refuse(`the header '${name}' has a name or a value that HTTP does not allow`);
  }
}

/** Appends `QueryParameters`: an object of texts or lists, or a text that is one already. */
export function addQuery(url: URL, given: Json | undefined): void {
  if (given === undefined || given === null) return;
  const pairs = isObject(given)
    ? Object.entries(given).flatMap(([name, value]) =>
        [value].flat().map((each) => [name, scalarText(each)] as const),
      )
    : [...new URLSearchParams(scalarText(given))];
  for (const [name, text] of pairs) url.searchParams.append(name, text);
}

/** A request without a body, or with `body` where the method allows one. */
export function withBody(request: HttpRequest, body: string | undefined): HttpRequest {
  if (body === undefined) return request;
  if (bodiless.has(request.method)) refuse(`a request with ${request.method} carries no body here`);
  return { ...request, body };
}

/** A body as it is sent: a text as it is, anything else as JSON. */
export function bodyText(body: Json): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function scalarText(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
