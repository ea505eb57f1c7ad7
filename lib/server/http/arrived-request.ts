import type { IncomingHttpHeaders } from 'node:http';
import { type Proxies, plainAddress } from '../access/proxies.ts';

/** What a server knows about where its requests come from. */
export interface ArrivalOptions {
  /** The proxies whose headers are believed; null for none. */
  readonly proxies: Proxies | null;
  /** The path at which a proxy serves this server, without a slash at the end; '' for none. */
  readonly basePath: string;
  readonly isTls: boolean;
}

/** The head of a request, as a server or a function receives it. */
export interface RequestHead {
  readonly method?: string | undefined;
  /** The path with the query. */
  readonly url?: string | undefined;
  /** By name in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The other end of the connection. */
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A path of segments without escapes, which is safe in the page's `<base>`. */
const prefixPattern = /^(?:\/[\w.~-]+)+$/;

/** A request as it has arrived, with what the trusted proxy says about it. */
export class ArrivedRequest {
  readonly method: string;
  /** The path without the prefix; it begins with one slash. */
  readonly path: string;
  /** The query with its question mark; '' for none. */
  readonly search: string;
  /** The path before which browsers see every other one; '' for none. */
  readonly prefix: string;
  /** The address at the other end of the connection. */
  readonly peer: string;
  readonly isFromProxy: boolean;
  /** The address of the client: behind a proxy, as the proxy names it. */
  readonly client: string;
  /** The origins that browsers may know this server by. */
  readonly origins: readonly string[];
  readonly #message: RequestHead;

  constructor(message: RequestHead, options: ArrivalOptions) {
    const { proxies } = options;
    this.#message = message;
    this.method = message.method ?? '';
    this.peer = plainAddress(message.socket.remoteAddress ?? '');
    this.isFromProxy = proxies?.includes(this.peer) ?? false;
    this.client =
      this.isFromProxy && proxies !== null
        ? proxies.clientOf(this.peer, this.header('x-forwarded-for'))
        : this.peer;
    this.prefix = this.#findPrefix(options);
    const { path, search } = splitTarget(message.url ?? '');
    this.path = withoutPrefix(path, options.basePath);
    this.search = search;
    this.origins = this.#findOrigins(options);
  }

  /** The origin that browsers know this server by: behind a proxy, as the proxy names it. */
  get publicOrigin(): string {
    return this.origins.at(-1) ?? '';
  }

  /** Returns a header; '' when the request has none of this name. */
  header(name: string): string {
    const value = this.#message.headers[name];
    return (Array.isArray(value) ? value.join(', ') : value) ?? '';
  }

  #findPrefix({ basePath }: ArrivalOptions): string {
    const forwarded = this.isFromProxy ? this.header('x-forwarded-prefix').replace(/\/+$/, '') : '';
    return prefixPattern.test(forwarded) ? forwarded : basePath;
  }

  #findOrigins({ isTls }: ArrivalOptions): string[] {
    const own = isTls ? 'https' : 'http';
    const scheme = this.isFromProxy ? this.header('x-forwarded-proto') || 'https' : own;
    const hosts = [this.header('host'), this.isFromProxy ? this.header('x-forwarded-host') : ''];
    return hosts.filter((host) => host !== '').map((host) => `${scheme}://${host.toLowerCase()}`);
  }
}

/** Whether `text` can be a base path. */
export function isBasePath(text: string): boolean {
  return prefixPattern.test(text);
}

/** Splits the target of a request; one that is no path, such as that of a proxy, becomes '/'. */
function splitTarget(target: string): { readonly path: string; readonly search: string } {
  if (!target.startsWith('/')) return { path: '/', search: '' };
  const question = target.indexOf('?');
  if (question === -1) return { path: target, search: '' };
  return { path: target.slice(0, question), search: target.slice(question) };
}

/** A proxy may pass the base path on, or remove it. */
function withoutPrefix(path: string, basePath: string): string {
  if (basePath === '' || !(path === basePath || path.startsWith(`${basePath}/`))) return path;
  return path.slice(basePath.length) || '/';
}
