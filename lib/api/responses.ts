/** Responses: JSON in UTF-8 that nobody keeps and nobody takes for something else. */
import { type Problem, Refusal } from './problem.ts';

const always = Object.freeze({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });

/** @param bytesMax longest document; REPLY_TOO_LARGE is thrown beyond it */
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
    `the answer is ${bytes} bytes, and ${bytesMax} can be sent: ask for fewer entries (limit)`,
  );
}

/** The response that tells a problem. */
export function problemResponse({ status, document, headers }: Problem): Response {
  return respond(status, JSON.stringify(document), 'application/problem+json', headers);
}

/** One without a document. */
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
