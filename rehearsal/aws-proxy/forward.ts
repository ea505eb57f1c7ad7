import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as startRequest,
} from 'node:http';

/** A request to forward. */
export interface ForwardedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, or the caller's request, from which it is streamed. */
  readonly body: Buffer | IncomingMessage;
  /** Aborts the forwarded request when the caller has closed its connection. */
  readonly signal: AbortSignal;
}

/** Headers that apply to one connection only; the host is that of the backend. */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Forwards a request to the server at `backend`. Resolves when its answer begins. */
export function forward(
  backend: string,
  { method, url, headers, body, signal }: ForwardedRequest,
  agent: Agent,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: forwardableHeaders(headers), agent, signal };
    const outgoing = startRequest(new URL(url, backend), options, resolve);
    outgoing.once('error', reject);
    if (Buffer.isBuffer(body)) outgoing.end(body);
    else body.pipe(outgoing);
  });
}

/** Returns the headers to forward with a request or an answer. */
export function forwardableHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !connectionHeaders.has(name)),
  );
}
