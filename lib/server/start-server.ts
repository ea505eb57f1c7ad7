/** Starts and stops the HTTP server: limits, TLS, the port, and what happens to open requests. */
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeHttp, nodeHttps } from '../drivers/shared/node-http.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/** The certificate and the key of a server, as PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Where and how a server listens. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Whether another port is taken when this one is not free. @default false */
  readonly movesOn?: boolean;
  /** Null for plain HTTP. */
  readonly tls: TlsFiles | null;
  /** @default bounds for short requests */
  readonly limits?: Partial<ServerLimits>;
}

/** Bounds of what a client may send, and of how slowly: Node's, in milliseconds and bytes. */
export type ServerLimits = Readonly<Record<keyof typeof limits, number>>;

/** A server that accepts requests. */
export interface ListeningServer {
  readonly port: number;
  /**
   * Accepts no more requests, lets those that run finish for a while, then ends them. Resolves when
   * all connections are closed.
   */
  close(): Promise<void>;
}

/** Ports that are tried one after another before any free one is taken. */
const portsTried = 20;

/** How long requests may take to finish when the server stops, in milliseconds. */
const graceMs = 3_000;

/** The bounds for short requests. */
const limits = Object.freeze({
  maxHeaderSize: 32_768,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
});

/** Maximum number of connections at the same time. */
const connectionsMax = 2_000;

/** Starts a server. Throws INVALID_ARGUMENT when it cannot listen there. */
export async function startServer(
  listener: RequestListener,
  { host, port, movesOn = false, tls, limits: own = {} }: ListenOptions,
  clock: Clock,
): Promise<ListeningServer> {
  const server = createHttpServer(listener, tls, { ...limits, ...own });
  server.maxConnections = connectionsMax;
  // A request that is no HTTP: there is no response that could carry headers.
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  await listenSomewhere(server, host, port, movesOn);
  const { port: found } = server.address() as AddressInfo;
  return { port: found, close: () => closeServer(server, clock) };
}

function createHttpServer(
  listener: RequestListener,
  tls: TlsFiles | null,
  bounds: ServerLimits,
): Server {
  if (tls === null) return nodeHttp().createServer(bounds, listener);
  try {
    return nodeHttps().createServer({ ...bounds, ...tls, minVersion: 'TLSv1.2' }, listener);
  } catch (error) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `--tls-cert and --tls-key must be a certificate and its key as PEM: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function listenSomewhere(
  server: Server,
  host: string,
  port: number,
  movesOn: boolean,
): Promise<void> {
  for (let offset = 0; ; offset += 1) {
    const tried = offset < portsTried ? port + offset : 0;
    try {
      return await listen(server, host, port === 0 ? 0 : tried);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (movesOn && code === 'EADDRINUSE' && tried !== 0) continue;
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `cannot listen on ${host}, port ${port}: ${reasonOf(code, error)}`,
        { fields: { host, port }, cause: error },
      );
    }
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function reasonOf(code: string, error: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another process has this port; name another one, or 0 for any free one';
    case 'EACCES':
      return 'this user must not open the port; name one above 1023';
    default:
      return messageOf(error);
  }
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cancel = clock.after(graceMs, () => server.closeAllConnections());
  await closed;
  cancel();
}
