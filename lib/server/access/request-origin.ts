/**
 * Decides by its headers whether a request may come from where it comes from. A page of another
 * site must neither reach a server on this machine under a name of its own (DNS rebinding), nor
 * send requests in the name of someone who is logged in.
 */
import type { ArrivedRequest } from '../http/arrived-request.ts';

/** The names of this machine to itself. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Returns why the `host` header of a request to a server on loopback is refused; null when it names
 * this machine with `port`.
 */
export function findHostFault(host: string, port: number, scheme: string): string | null {
  const usual = port === (scheme === 'https' ? 443 : 80);
  const expected = loopbackNames.flatMap((name) => [`${name}:${port}`, ...(usual ? [name] : [])]);
  if (expected.includes(host.toLowerCase())) return null;
  return `the host must be one of ${expected.join(', ')}; found '${host.slice(0, 100)}'`;
}

/**
 * Returns why a request is refused that another site's page has sent; null when none has. Browsers
 * send `sec-fetch-site`, or at least `origin` with every change; programs send neither.
 */
export function findOriginFault(request: ArrivedRequest): string | null {
  const site = request.header('sec-fetch-site');
  if (site !== '') return site === 'same-origin' ? null : findSiteFault(request, site);
  const origin = request.header('origin');
  if (origin === '' || isReading(request)) return null;
  if (request.origins.includes(origin.toLowerCase())) return null;
  return `the page of another origin must not change anything; found '${origin.slice(0, 100)}'`;
}

function findSiteFault(request: ArrivedRequest, site: string): string | null {
  const isTyped = site === 'none' && isReading(request);
  // A link on another site may open the page, but not call the API.
  const isLink = isReading(request) && !request.path.startsWith('/v1/');
  if (isTyped || isLink) return null;
  return `the page of another origin must not call this API; found sec-fetch-site '${site.slice(0, 20)}'`;
}

function isReading({ method }: ArrivedRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
