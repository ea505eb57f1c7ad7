/**
 * Decides by its headers whether a request may come from where it comes from. A page of another
 * site must neither reach the API under a name of its own (DNS rebinding), nor send requests in the
 * name of someone who uses it (forged requests).
 */
import { Refusal } from './problem.ts';

/** A request, as far as its origin depends on it. */
export interface RequestOrigin {
  readonly method: string;
  readonly path: string;
  /** The origins that browsers may know the API by. */
  readonly origins: readonly string[];
  /** Returns a header; '' when the request has none of this name. */
  header(name: string): string;
}

/** The names of this machine to itself. */
export const loopbackNames = Object.freeze(['localhost', '127.0.0.1', '[::1]'] as const);

const jsonType = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** Headers that only a program sets, or a page of the same origin: no form of another site can. */
const ownHeaders = ['x-millrace-request', 'x-amz-date'] as const;

/** Credentials that browsers do not add by themselves, as they add those of `Basic`. */
const ownCredentials = /^(?:bearer|aws4-hmac-sha256) /i;

/** Returns how a standard request arrived. @param origins @default those of its URL and host */
export function readOrigin(request: Request, origins?: readonly string[]): RequestOrigin {
  const { host, origin, pathname } = new URL(request.url);
  const header = (name: string) => request.headers.get(name) ?? (name === 'host' ? host : '');
  return {
    method: request.method,
    path: pathname,
    origins: origins ?? [origin, `http://${header('host')}`, `https://${header('host')}`],
    header,
  };
}

/**
 * Returns why the `host` header is refused; null when it is allowed.
 * @param allowed hosts with or without a port; without one, any port is allowed
 */
export function findHostFault(host: string, allowed: readonly string[]): string | null {
  const name = host.toLowerCase();
  const bare = name.replace(/:\d*$/, '');
  if (allowed.some((each) => [name, bare].includes(each.toLowerCase()))) return null;
  return `the host must be one of ${allowed.join(', ')}; found '${host.slice(0, 100)}'`;
}

/**
 * Returns why a request is refused that another site's page has sent; null when none has. Browsers
 * send `sec-fetch-site`, or at least `origin` with every change; programs send neither.
 */
export function findOriginFault(request: RequestOrigin): string | null {
  const site = request.header('sec-fetch-site');
  if (site !== '') return site === 'same-origin' ? null : findSiteFault(request, site);
  const origin = request.header('origin');
  if (origin === '' || isReading(request)) return null;
  if (request.origins.includes(origin.toLowerCase())) return null;
  return `the page of another origin must not change anything; found '${origin.slice(0, 100)}'`;
}

/**
 * Throws UNSUPPORTED_MEDIA_TYPE for a change that a form of another site could have sent: one
 * without JSON's media type, and without a header that only programs and the page itself set.
 */
export function refuseForms(request: RequestOrigin): void {
  const isOwn =
    isReading(request) ||
    isJson(request.header('content-type')) ||
    request.header('sec-fetch-site') === 'same-origin' ||
    ownCredentials.test(request.header('authorization')) ||
    ownHeaders.some((name) => request.header(name) !== '');
  if (isOwn) return;
  throw new Refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    "a change needs the header 'content-type: application/json', also without a body, or " +
      "'x-millrace-request: 1': a form on another site can send neither",
    { accept: 'application/json' },
  );
}

/** Whether a media type is that of JSON. */
export function isJson(type: string): boolean {
  return jsonType.test(type);
}

function findSiteFault(request: RequestOrigin, site: string): string | null {
  const isTyped = site === 'none' && isReading(request);
  // A link on another site may open the page, but not call the API.
  const isLink = isReading(request) && !request.path.startsWith('/v1/');
  if (isTyped || isLink) return null;
  return `the page of another origin must not call this API; found sec-fetch-site '${site.slice(0, 20)}'`;
}

function isReading({ method }: RequestOrigin): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
