import { createHash } from 'node:crypto';
import type { CloudFront, ViewerResponse } from './cloudfront.ts';

/** A cookie that the browser keeps. */
interface KeptCookie {
  readonly value: string;
  /** Its attributes in lower case. */
  readonly attributes: readonly string[];
}

/** The page of which site makes a request. */
export type RequestSite = 'same-origin' | 'cross-site' | 'none';

/** A call of the API, as the page makes it. */
export interface PageCall {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** @default same-origin */
  readonly site?: RequestSite;
  /** Headers besides those of the page. @default none */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The attributes that every cookie must have. */
const required = ['path=/', 'httponly', 'secure'];

/**
 * A browser as far as a login needs one: it keeps cookies by their rules, says where its requests
 * come from, and follows redirects between the dashboard and the identity provider.
 */
export class Browser {
  readonly #front: CloudFront;
  readonly #cookies = new Map<string, KeptCookie>();

  constructor(front: CloudFront) {
    this.#front = front;
  }

  /** The names of the cookies that it keeps. */
  get cookieNames(): string[] {
    return [...this.#cookies.keys()];
  }

  /** Opens an address of the dashboard, as a link on a page of `site` does. */
  async open(target: string, site: RequestSite = 'none'): Promise<ViewerResponse> {
    const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };
    return await this.#request('GET', target, { ...headers, 'sec-fetch-site': site }, site);
  }

  /** Logs in: begins, visits the provider, and brings its answer. Returns the last response. */
  async logIn(target = '/'): Promise<ViewerResponse> {
    const begun = await this.open(`/auth/login?to=${encodeURIComponent(target)}`, 'same-origin');
    if (begun.status !== 302) return begun;
    return await this.open(await this.visitProvider(begun.headers.location ?? ''), 'cross-site');
  }

  /** Visits the provider. Returns the address, at the dashboard, that it sends the browser to. */
  async visitProvider(address: string): Promise<string> {
    const response = await fetch(address, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) {
      throw new Error(`the identity provider refused the request: ${await response.text()}`);
    }
    const { host, pathname, search } = new URL(location);
    if (host !== this.#front.host) throw new Error(`it redirects to ${host}`);
    return `${pathname}${search}`;
  }

  /** Calls the API. */
  async call({ method = 'GET', path, body, site = 'same-origin', headers = {} }: PageCall) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const own = {
      accept: 'application/json',
      'accept-encoding': 'gzip, br',
      'sec-fetch-site': site,
      ...(text !== undefined && {
        'content-type': 'application/json',
        'x-amz-content-sha256': createHash('sha256').update(text).digest('hex'),
      }),
      ...headers,
    };
    const response = await this.#request(method, path, own, site, text);
    return { ...response, json: parse(response.body) };
  }

  async #request(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    site: RequestSite,
    body?: string,
  ): Promise<ViewerResponse> {
    const cookie = this.#cookiesFor(method, site);
    const response = await this.#front.request({
      method,
      target,
      headers: { ...headers, ...(cookie !== '' && { cookie }) },
      ...(body !== undefined && { body }),
    });
    for (const each of response.setCookies) this.#keep(each);
    return response;
  }

  /** A page of another site makes it send no strict cookies, and others with links only. */
  #cookiesFor(method: string, site: RequestSite): string {
    const isSent = ({ attributes }: KeptCookie) =>
      site !== 'cross-site' || (attributes.includes('samesite=lax') && method === 'GET');
    return [...this.#cookies]
      .filter(([, cookie]) => isSent(cookie))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  #keep(header: string): void {
    const [pair = '', ...rest] = header.split(';').map((part) => part.trim());
    const attributes = rest.map((each) => each.toLowerCase());
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    const lacking = required.filter((each) => !attributes.includes(each));
    if (!name.startsWith('__Host-') || lacking.length > 0) {
      throw new Error(`the cookie ${name} is not locked: it lacks ${lacking.join(', ')}`);
    }
    if (attributes.includes('max-age=0')) this.#cookies.delete(name);
    else this.#cookies.set(name, { value: pair.slice(equals + 1), attributes });
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A page is no document.
    return {};
  }
}
