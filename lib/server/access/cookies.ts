/** Cookies that scripts cannot read. Those of HTTPS are bound to this host alone. */

/** How the browser reaches the server. */
export interface CookieOptions {
  readonly isSecure: boolean;
}

/** A cookie to set. */
export interface NewCookie {
  /** The name without its prefix. */
  readonly name: string;
  /** An empty one removes the cookie. */
  readonly value: string;
  readonly maxAgeSeconds: number;
  /** Lax: it is also sent when a link or a redirect of another site opens an address here. */
  readonly sameSite: 'Strict' | 'Lax';
}

/** Returns a `set-cookie` header. */
export function writeCookie(cookie: NewCookie, options: CookieOptions): string {
  const { name, value, maxAgeSeconds, sameSite } = cookie;
  const secure = options.isSecure ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`;
  return `${fullName(name, options)}=${value}; ${attributes}`;
}

/** Returns the value of a cookie in a `cookie` header; null when it has none. */
export function readCookie(header: string, name: string, options: CookieOptions): string | null {
  const start = `${fullName(name, options)}=`;
  const found = header.split(';').find((pair) => pair.trimStart().startsWith(start));
  return found === undefined ? null : found.trimStart().slice(start.length).trimEnd();
}

function fullName(name: string, { isSecure }: CookieOptions): string {
  return isSecure ? `__Host-${name}` : name;
}
