/**
 * Sessions of browsers, as cookies. A cookie holds the name, the role, the end and the id of the
 * token that it was created with, and a signature over them; the server stores nothing. A session
 * ends with its time, or as soon as its token is no longer among the tokens.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CallerRole } from '../../api/caller-role.ts';
import type { AccessToken } from './tokens.ts';

/** A session that is valid now. */
export interface BrowserSession {
  readonly name: string;
  readonly role: CallerRole;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Duration of a session, in milliseconds. */
const sessionMs = 12 * 60 * 60 * 1_000;

/** Maximum length of a cookie that is looked at. */
const cookieCharactersMax = 1_024;

/** Creates a session of the holder of `token`, and the value of its cookie. */
export function createSession(token: AccessToken, now: number): BrowserSession & { value: string } {
  const { name, role, keyId } = token;
  const endsAt = now + sessionMs;
  const content = Buffer.from(JSON.stringify({ name, role, endsAt, keyId })).toString('base64url');
  return { name, role, endsAt, value: `${content}.${sign(token, content).toString('base64url')}` };
}

/** Returns the session of a cookie's value; null when it is forged, has ended or lost its token. */
export function readSession(
  tokens: readonly AccessToken[],
  value: string,
  now: number,
): BrowserSession | null {
  if (value.length > cookieCharactersMax) return null;
  const [content = '', signature = ''] = value.split('.');
  const claims = readClaims(content);
  const token = tokens.find(({ keyId }) => keyId === claims?.keyId);
  if (claims === null || token === undefined) return null;
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(token, content);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const { name, role } = token;
  if (claims.name !== name || claims.role !== role || claims.endsAt <= now) return null;
  return { name, role, endsAt: claims.endsAt };
}

function sign({ sessionKey }: AccessToken, content: string): Buffer {
  return createHmac('sha256', sessionKey).update(content).digest();
}

interface Claims {
  readonly name: unknown;
  readonly role: unknown;
  readonly keyId: unknown;
  readonly endsAt: number;
}

function readClaims(content: string): Claims | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null) return null;
    const { name, role, keyId, endsAt } = claims as Record<string, unknown>;
    return typeof endsAt === 'number' ? { name, role, keyId, endsAt } : null;
  } catch {
    // Whoever sends something else has no session.
    return null;
  }
}

/** How the browser reaches the server: cookies of HTTPS are bound to this host alone. */
export interface CookieOptions {
  readonly isSecure: boolean;
}

function cookieName({ isSecure }: CookieOptions): string {
  return isSecure ? '__Host-millrace' : 'millrace';
}

/** Returns the `set-cookie` header of a session. */
export function sessionCookie(value: string, options: CookieOptions): string {
  return setCookie(value, sessionMs / 1_000, options);
}

/** Returns the `set-cookie` header that removes the session. */
export function removedCookie(options: CookieOptions): string {
  return setCookie('', 0, options);
}

function setCookie(value: string, maxAgeSeconds: number, options: CookieOptions): string {
  const secure = options.isSecure ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
  return `${cookieName(options)}=${value}; ${attributes}`;
}

/** Returns the value of the session's cookie in a `cookie` header; null when it has none. */
export function findCookie(header: string, options: CookieOptions): string | null {
  const name = `${cookieName(options)}=`;
  const found = header.split(';').find((pair) => pair.trimStart().startsWith(name));
  return found === undefined ? null : found.trimStart().slice(name.length).trimEnd();
}
