/** Converts the requests and responses of Node's server from and to the standard ones. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../../api/problem.ts';
import { streamedHeader } from '../../api/stream-response.ts';
import { chooseCoding, compress } from './compression.ts';
import { securityHeaders } from './security-headers.ts';

/** Answers below this size are sent as they are, in bytes. */
const compressedFrom = 1_024;

/** The type of an answer that never ends. */
export const eventStreamType = 'text/event-stream';

/** Returns the standard request of a message; throws METHOD_NOT_ALLOWED for an odd method. */
export function toRequest(message: IncomingMessage, target: string, signal: AbortSignal): Request {
  const { method = 'GET', headers } = message;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  try {
    // A host of its own: nothing may depend on what a client calls this server.
    return new Request(`http://millrace.invalid${target}`, {
      method,
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
      signal,
      ...(hasBody && { body: toBody(message), duplex: 'half' }),
    } as RequestInit);
  } catch {
    const allow = 'GET, HEAD, POST, DELETE, OPTIONS';
    throw new Refusal('METHOD_NOT_ALLOWED', `expected one of ${allow}; found ${method}`, { allow });
  }
}

/** Whoever stops reading a body that is too large must still be able to answer: no destroy. */
function toBody(message: IncomingMessage): ReadableStream {
  return ReadableStream.from(message.iterator({ destroyOnReturn: false }));
}

/** Sends a response, compressed where that pays; resolves when it is sent, or the client gone. */
export async function sendResponse(
  message: IncomingMessage,
  target: ServerResponse,
  response: Response,
): Promise<void> {
  const headers: Record<string, string> = {
    ...Object.fromEntries(response.headers),
    ...securityHeaders,
  };
  const type = response.headers.get('content-type') ?? '';
  const isStreamed = type.startsWith(eventStreamType) || response.headers.has(streamedHeader);
  if (response.body !== null && isStreamed) {
    target.writeHead(response.status, headers);
    await sendStream(target, response.body);
    return;
  }
  // A body that was not read to its end would be taken for the next request.
  if (!message.complete) headers.connection = 'close';
  const bytes = Buffer.from(await response.arrayBuffer());
  const hasBody = response.body !== null && message.method !== 'HEAD';
  // Whoever has negotiated about the answer already has said so.
  if (!hasBody || bytes.length < compressedFrom || response.headers.has('vary')) {
    end(target, response.status, headers, hasBody ? bytes : null);
    return;
  }
  const coding = chooseCoding(String(message.headers['accept-encoding'] ?? ''));
  const vary = { ...headers, vary: 'accept-encoding' };
  const packed = await compress(bytes, coding, 'quick');
  const encoding = coding === 'identity' ? {} : { 'content-encoding': coding };
  end(target, response.status, { ...vary, ...encoding }, packed);
}

function end(
  target: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  bytes: Buffer | null,
): void {
  if (target.destroyed) return;
  if (bytes === null) target.writeHead(status, headers).end();
  else target.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes);
}

async function sendStream(target: ServerResponse, body: ReadableStream): Promise<void> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  target.once('close', () => void reader.cancel());
  target.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || target.destroyed) break;
    if (!target.write(value)) await drained(target);
  }
  target.end();
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(target: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.off('drain', done);
      target.off('close', done);
      resolve();
    };
    target.once('drain', done);
    target.once('close', done);
  });
}
