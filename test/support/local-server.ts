/** An HTTP server on loopback with the answers of a test; it records its requests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A recorded request. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer of the server; a body other than a string or bytes is sent as JSON. */
export interface ServedAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface LocalServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

/** Starts a server that closes with the test. A request with the answer null is never answered. */
export async function serveLocally(
  answer: (request: SeenRequest) => ServedAnswer | null | Promise<ServedAnswer | null>,
): Promise<LocalServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (received) => {
      seen.push(received);
      const given = await answer(received);
      if (given !== null) write(response, given);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen };
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body };
}

function write(response: ServerResponse, { status = 200, headers, body }: ServedAnswer): void {
  const bytes =
    typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body ?? {});
  response.writeHead(status, headers);
  response.end(bytes);
}
