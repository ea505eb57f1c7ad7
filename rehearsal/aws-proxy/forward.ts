/** A request handed on to the server of a service: bodies stream, and who goes away is followed. */
import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as startRequest,
} from 'node:http';

/** What is handed on. */
export interface Forwarded {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes, or the caller's request, whose body has not been read. */
  readonly body: Buffer | IncomingMessage;
  readonly signal: AbortSignal;
}

/** Headers that are of one connection alone, and the host, which is another. */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** The answer of the server at `backend`, as soon as it begins. */
export function forward(
  backend: string,
  { method, url, headers, body, signal }: Forwarded,
  agent: Agent,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: headersToPass(headers), agent, signal };
    const outgoing = startRequest(new URL(url, backend), options, resolve);
    outgoing.once('error', reject);
    if (Buffer.isBuffer(body)) outgoing.end(body);
    else body.pipe(outgoing);
  });
}

/** The headers that a message takes along. */
export function headersToPass(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.has(name)));
}
