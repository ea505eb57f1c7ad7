/**
 * Tokens of pages: opaque texts that only an endpoint of the same store can have made, for one
 * operation with the same arguments, for a limited time.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error.ts';
import { protocolLimits } from './step-functions-limits.ts';

/** What a page belongs to: the operation, and its arguments besides the page. */
export interface PageSubject {
  readonly operation: string;
  readonly members: object;
}

/** Makes and reads tokens of pages. */
export class PageTokens {
  readonly #key: Buffer;
  readonly #now: () => number;

  /** @param key shared by all endpoints of a store */
  constructor({ key, now }: { readonly key: Buffer; readonly now: () => number }) {
    this.#key = key;
    this.#now = now;
  }

  /** Returns the token of the page that begins at `cursor`. */
  write(subject: PageSubject, cursor: string): string {
    const expiresAt = this.#now() + protocolLimits.pageTokenMs;
    const content = Buffer.from(JSON.stringify([expiresAt, cursor])).toString('base64url');
    return `${content}.${this.#sign(subject, content).toString('base64url')}`;
  }

  /** Returns the cursor of a token. Throws InvalidToken for one that is forged, foreign or old. */
  read(subject: PageSubject, token: string): string {
    const [content = '', signature = ''] = token.split('.', 2);
    const expected = this.#sign(subject, content);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalidToken();
    const [expiresAt, cursor] = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'));
    if (this.#now() > expiresAt) throw invalidToken();
    return cursor;
  }

  #sign({ operation, members }: PageSubject, content: string): Buffer {
    const { maxResults: _, nextToken: __, ...others } = members as Record<string, unknown>;
    const sorted = Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1));
    const subject = JSON.stringify([operation, sorted, content]);
    return createHmac('sha256', this.#key).update(subject).digest();
  }
}

/** Returns the key of tokens that the holders of these secrets share. */
export function pageTokenKey(secrets: readonly string[]): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(['page tokens', ...secrets]))
    .digest();
}

function invalidToken(): ServiceError {
  return new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}
