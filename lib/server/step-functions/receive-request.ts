/** Converts what Node's server receives to requests of the endpoint, within bounds. */
import type { IncomingMessage } from 'node:http';
import type { ServiceRequest } from '../../step-functions/protocol.ts';
import { ServiceError } from '../../step-functions/service-error.ts';
import { protocolLimits } from '../../step-functions/step-functions-limits.ts';
import { isLoopbackHost } from '../access/decide-access.ts';

/** What a server calls itself. */
export interface OwnPlace {
  readonly host: string;
  readonly port: number;
}

/** A request to convert, and what the server knows of it. */
export interface ReceivedMessage {
  readonly message: IncomingMessage;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly place: OwnPlace;
}

/**
 * Reads a request with its body. Throws RequestEntityTooLargeException, or AccessDeniedException
 * for a target of another host: the endpoint is no proxy.
 */
export async function receiveRequest({
  message,
  requestId,
  signal,
  place,
}: ReceivedMessage): Promise<ServiceRequest> {
  const target = ownTarget(message.url ?? '/', place);
  return {
    method: message.method ?? '',
    target,
    rawHeaders: message.rawHeaders,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: await readBody(message),
    signal,
    requestId,
  };
}

/** A whole URL. The parser of URLs refuses `sync-127.0.0.1`, which ends in a number. */
const absolutePattern = /^http:\/\/([^/:?#@[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(\/[^#]*)?$/i;

/**
 * Returns the path of a target. A client that takes this server for its proxy sends whole URLs:
 * that is how StartSyncExecution and TestState, whose host names begin with `sync-`, reach it.
 */
function ownTarget(target: string, { host, port }: OwnPlace): string {
  if (target.startsWith('/')) return target;
  const [, name = '', given = '80', path = '/'] = absolutePattern.exec(target) ?? [];
  const own = name.toLowerCase().replace(/^sync-/, '');
  if ((isLoopbackHost(own) || own === host) && Number(given) === port) return path;
  throw new ServiceError(
    'AccessDeniedException',
    'this endpoint is a proxy for its own host name only',
    { status: 403 },
  );
}

const { bodyBytesMax } = protocolLimits;

async function readBody(message: IncomingMessage): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > bodyBytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  // Whoever sends too much must still be able to read the answer: no destroy.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > bodyBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function tooLarge(): ServiceError {
  const message = `a request has at most ${bodyBytesMax} bytes`;
  return new ServiceError('RequestEntityTooLargeException', message);
}
