/**
 * A login that has begun: what the browser keeps while its user is at the identity provider. The
 * answer of the provider counts only together with it, in the same browser and within minutes.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readSignedValue, signValue } from '../access/signed-value.ts';

/** A login that has begun. */
export interface LoginAttempt {
  /** Comes back with the answer of the provider. */
  readonly state: string;
  /** Comes back in the ID token. */
  readonly nonce: string;
  /** Proves to the provider that whoever redeems the code has begun the login (PKCE). */
  readonly verifier: string;
  /** The address of the page to open afterwards, relative to the origin. */
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Time within which a user has to log in at the provider, in milliseconds. */
export const attemptMs = 10 * 60 * 1_000;

/** Maximum length of the address that is opened after the login. */
const targetCharactersMax = 1_000;

const attemptCharactersMax = 4_000;

/** Begins a login. @param target where to go afterwards; another site's address is not followed */
export function beginAttempt(target: string, now: number): LoginAttempt {
  const random = () => randomBytes(32).toString('base64url');
  return {
    state: random(),
    nonce: random(),
    verifier: random(),
    target: isOwnAddress(target) ? target : '/',
    endsAt: now + attemptMs,
  };
}

/** Returns what the provider learns of the verifier before the login (S256 of RFC 7636). */
export function challengeOf({ verifier }: LoginAttempt): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Returns an attempt as the value of a cookie. */
export function sealAttempt(attempt: LoginAttempt, key: Buffer): string {
  return signValue(attempt, key);
}

/** Returns the attempt of a cookie's value; null when it is forged or has ended. */
export function openAttempt(value: string, key: Buffer, now: number): LoginAttempt | null {
  const signed = readSignedValue(value, attemptCharactersMax);
  if (signed === null || !signed.isSignedWith(key)) return null;
  // The key signs nothing else, so the document has this shape.
  const attempt: Partial<LoginAttempt> = signed.document;
  const { state = '', nonce = '', verifier = '', target = '/', endsAt = 0 } = attempt;
  return endsAt > now ? { state, nonce, verifier, target, endsAt } : null;
}

/** Whether browsers take an address for one of this origin: `//host` and `/\host` are not. */
function isOwnAddress(target: string): boolean {
  return target.length <= targetCharactersMax && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(target);
}
