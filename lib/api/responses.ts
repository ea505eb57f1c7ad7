/** JSON responses, which must not be cached or interpreted as another type. */
import { createHash } from 'node:crypto';
import type { Operation } from './contract/operation.ts';
import { type Problem, Refusal } from './problem.ts';
import { stringifyReply } from './stringify-reply.ts';

const always = Object.freeze({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });

/** Creates a response. Throws REPLY_TOO_LARGE for a document of more than `bytesMax` bytes. */
export function jsonResponse(
  status: number,
  document: unknown,
  bytesMax = Number.POSITIVE_INFINITY,
): Response {
  const text = stringifyReply(document);
  requireSize(text, bytesMax);
  return respond(status, text, 'application/json');
}

function requireSize(text: string, bytesMax: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= bytesMax) return;
  throw new Refusal(
    'REPLY_TOO_LARGE',
    `the reply has ${bytes} bytes, and ${bytesMax} can be sent: request fewer entries (limit)`,
  );
}

/** The reply of an operation that answers with text. */
interface TextReply {
  readonly text: string;
  /** Size of the whole document, of which the text may be a part. */
  readonly bytes: number;
  readonly redacted: boolean;
}

/**
 * Creates the response of an operation that reads, with a validator: a caller that sends it back as
 * `if-none-match` gets 304 while the reply is the same.
 */
export function readingResponse(
  { repliesText }: Operation,
  request: Request,
  reply: unknown,
  bytesMax = Number.POSITIVE_INFINITY,
): Response {
  const text = repliesText ? (reply as TextReply).text : stringifyReply(reply);
  requireSize(text, bytesMax);
  const etag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  if (request.headers.get('if-none-match') === etag) {
    return new Response(null, { status: 304, headers: { ...always, etag } });
  }
  if (!repliesText) return respond(200, text, 'application/json', { etag });
  const { bytes, redacted } = reply as TextReply;
  const headers = { etag, 'x-millrace-bytes': `${bytes}`, 'x-millrace-redacted': `${redacted}` };
  return respond(200, text, 'text/plain', headers);
}

/** Creates the response to a failed request. */
export function problemResponse({ status, document, headers }: Problem): Response {
  return respond(status, JSON.stringify(document), 'application/problem+json', headers);
}

/** Creates a response without a document. */
export function emptyResponse(headers: Readonly<Record<string, string>>): Response {
  return new Response(null, { status: 204, headers: { ...always, ...headers } });
}

function respond(
  status: number,
  text: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const all = { 'content-type': `${type}; charset=utf-8`, ...always, ...headers };
  return new Response(text, { status, headers: all });
}
