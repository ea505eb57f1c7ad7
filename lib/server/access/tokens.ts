/** The access tokens of a server. Each is a secret that gives its holder a role. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type CallerRole, callerRoles } from '../../api/caller-role.ts';
import { MillraceError } from '../../errors.ts';
import { deriveSessionKey, type SessionKey } from './sessions.ts';

/** An access token, without its text. Its key signs the sessions that were created with it. */
export interface AccessToken extends SessionKey {
  /** The caller's name in lists and logs: the name given with the token, else its role. */
  readonly name: string;
  readonly role: CallerRole;
  readonly digest: Buffer;
}

const charactersMin = 32;

/**
 * Parses `owner:TOKEN, operator:ada:TOKEN, reader:TOKEN`: a role, a name if wanted, and the token.
 * Throws INVALID_CONFIGURATION, never with the text of a token.
 */
export function parseTokens(text: string): AccessToken[] {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const tokens = entries.map((entry, index) => parseToken(entry, index + 1));
  const keyIds = tokens.map(({ keyId }) => keyId);
  const second = keyIds.findIndex((keyId, index) => keyIds.indexOf(keyId) !== index);
  if (second !== -1) throw invalid(second + 1, 'a token of its own', 'one that was given before');
  return tokens;
}

function parseToken(entry: string, place: number): AccessToken {
  const [role = '', ...rest] = entry.split(':');
  const known = callerRoles.find((each) => each === role);
  if (known === undefined || rest.length === 0) {
    throw invalid(place, `one of ${callerRoles.join(', ')} and a colon first`, 'something else');
  }
  const token = rest.at(-1) ?? '';
  const name = rest.length === 1 ? known : rest.slice(0, -1).join(':');
  if (!/^[\w.@-]{1,64}$/.test(name)) {
    throw invalid(place, 'a name of 1 to 64 letters, digits, . @ - and _', 'another one');
  }
  if (token.length < charactersMin || !/^[\x21-\x7e]+$/.test(token)) {
    const expected = `a token of at least ${charactersMin} printable ASCII characters`;
    throw invalid(place, expected, `${token.length}`);
  }
  return {
    name,
    role: known,
    ...deriveSessionKey(token),
    digest: digestOf(token),
  };
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Returns the token with this text; null when there is none. It compares digests, and all of them,
 * so that its duration says nothing about a token.
 */
export function findToken(tokens: readonly AccessToken[], text: string): AccessToken | null {
  const digest = digestOf(text);
  let found: AccessToken | null = null;
  for (const token of tokens) {
    if (timingSafeEqual(token.digest, digest)) found = token;
  }
  return found;
}

function invalid(place: number, expected: string, found: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `DASHBOARD_TOKENS must be a list of role:token or role:name:token, separated by commas; ` +
      `entry ${place}: expected ${expected}, found ${found}`,
    { fields: { variable: 'DASHBOARD_TOKENS', entry: place } },
  );
}
