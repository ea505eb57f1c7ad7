import type { ProcessHealth } from '../../app/process-health.ts';
import type { Clock } from '../../ports/clock.ts';
import { sendResponse } from '../http/exchange.ts';
import { startServer } from '../start-server.ts';

/** Options of {@link serveHealth}. */
export interface ServeHealthOptions {
  /** Returns how the process is now. */
  readonly read: () => ProcessHealth;
  readonly clock: Clock;
  /** 0 for any free port. */
  readonly port: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
}

/** A server of health checks. */
export interface HealthServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the health of this process, and nothing else, over plain HTTP: `/livez` and `/readyz`
 * answer 200 or 503, with the progress of each loop as JSON. The answer comes from the loops
 * themselves: it holds no names of users, queues or machines, and asks neither database nor queue.
 * Throws INVALID_ARGUMENT when the port cannot be opened.
 */
export async function serveHealth(options: ServeHealthOptions): Promise<HealthServer> {
  const { read, clock, port, host = '127.0.0.1' } = options;
  const server = await startServer(
    (message, target) => {
      const [path = ''] = (message.url ?? '').split('?');
      void sendResponse(message, target, respond(message.method ?? '', path, read()));
    },
    { host, port, tls: null },
    clock,
  );
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${server.port}`,
    port: server.port,
    close: () => server.close(),
  };
}

function respond(method: string, path: string, health: ProcessHealth): Response {
  if (method !== 'GET' && method !== 'HEAD') {
    return toResponse(405, { expected: 'GET or HEAD' }, { allow: 'GET, HEAD' });
  }
  const { live, ready, loops } = health;
  if (path === '/livez') return toResponse(live ? 200 : 503, { live, loops });
  if (path === '/readyz') return toResponse(ready ? 200 : 503, { ready, loops });
  return toResponse(404, { expected: '/livez or /readyz' });
}

function toResponse(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}
