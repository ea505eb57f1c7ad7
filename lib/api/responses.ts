/** JSON responses, which must not be cached or interpreted as another type. */
import { type Problem, Refusal } from './problem.ts';

const always = Object.freeze({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });

/** Creates a response. Throws REPLY_TOO_LARGE for a document of more than `bytesMax` bytes. */
export function jsonResponse(
  status: number,
  document: unknown,
  bytesMax = Number.POSITIVE_INFINITY,
): Response {
  const text = JSON.stringify(document);
  const bytes = Buffer.byteLength(text);
  if (bytes <= bytesMax) return respond(status, text, 'application/json');
  throw new Refusal(
    'REPLY_TOO_LARGE',
    `the reply has ${bytes} bytes, and ${bytesMax} can be sent: request fewer entries (limit)`,
  );
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
