/**
 * Sessions of browsers, as cookies. A cookie holds the name, the role, the end and the id of the
 * key that it was created with, and a signature over them; the server stores nothing. A session
 * ends with its time, or as soon as its key is no longer among the keys.
 */
import { createHmac } from 'node:crypto';
import { type CallerRole, callerRoles } from '../../api/caller-role.ts';
import { type CookieOptions, readCookie, writeCookie } from './cookies.ts';
import { readSignedValue, signValue } from './signed-value.ts';

/** A key that signs sessions, derived from a secret: a new secret ends them. */
export interface SessionKey {
  /** Identifies the secret in sessions; says nothing about it. */
  readonly keyId: string;
  readonly sessionKey: Buffer;
}

/** Who holds a session, and as what. */
export interface SessionHolder {
  readonly name: string;
  readonly role: CallerRole;
}

/** A session that is valid now. */
export interface BrowserSession extends SessionHolder {
  /** The id of its key. */
  readonly keyId: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Duration of a session, in milliseconds. */
const sessionMs = 12 * 60 * 60 * 1_000;

/** Maximum length of a cookie that is looked at. */
const cookieCharactersMax = 1_024;

const cookieName = 'millrace';

/** Derives the key of sessions from a secret. */
export function deriveSessionKey(secret: string): SessionKey {
  return {
    keyId: deriveKey(secret, 'key id').toString('base64url').slice(0, 12),
    sessionKey: deriveKey(secret, 'session key'),
  };
}

/** Derives a key for one purpose from a secret. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`millrace ${purpose}`).digest();
}

/** Creates a session, and the value of its cookie. */
export function createSession(
  { keyId, sessionKey }: SessionKey,
  { name, role }: SessionHolder,
  now: number,
): BrowserSession & { readonly value: string } {
  const session = { name, role, endsAt: now + sessionMs, keyId };
  return { ...session, value: signValue(session, sessionKey) };
}

/** Returns the session of a cookie's value; null when it is forged, has ended or lost its key. */
export function readSession(
  keys: readonly SessionKey[],
  value: string,
  now: number,
): BrowserSession | null {
  const signed = readSignedValue(value, cookieCharactersMax);
  if (signed === null) return null;
  const { name, role, endsAt, keyId } = signed.document;
  const key = keys.find((each) => each.keyId === keyId);
  if (key === undefined || !signed.isSignedWith(key.sessionKey)) return null;
  const known = callerRoles.find((each) => each === role);
  if (known === undefined || typeof name !== 'string' || typeof endsAt !== 'number') return null;
  return endsAt <= now ? null : { name, role: known, endsAt, keyId: key.keyId };
}

/** Returns the `set-cookie` header of a session. */
export function sessionCookie(value: string, options: CookieOptions): string {
  const maxAgeSeconds = sessionMs / 1_000;
  return writeCookie({ name: cookieName, value, maxAgeSeconds, sameSite: 'Strict' }, options);
}

/** Returns the `set-cookie` header that removes the session. */
export function removedCookie(options: CookieOptions): string {
  return writeCookie(
    { name: cookieName, value: '', maxAgeSeconds: 0, sameSite: 'Strict' },
    options,
  );
}

/** Returns the value of the session's cookie in a `cookie` header; null when it has none. */
export function findCookie(header: string, options: CookieOptions): string | null {
  return readCookie(header, cookieName, options);
}
