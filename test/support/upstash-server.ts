/**
 * A small server of Upstash's REST protocol in front of a real Redis: one command as `POST /`,
 * several as `POST /pipeline` or, in a transaction, `POST /multi-exec`; a bearer token; replies in
 * base64 on request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RedisServer } from './redis-server.ts';

/** A running server. */
export interface UpstashServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly token: string;
  /** The names of all commands received, in order. */
  readonly commands: readonly string[];
  /** Sets how the next commands are handled; a lost one closes the connection. */
  behave(behaviour: 'reply' | 'lose the command' | 'lose the reply'): void;
  stop(): Promise<void>;
}

interface Reply {
  readonly result?: unknown;
  readonly error?: string;
}

/** Options of {@link startUpstash}. */
export interface UpstashOptions {
  /** Whether scripts may begin with `#!`, which not all services support. @default true */
  readonly scriptFlags?: boolean;
}

/** Starts the server on a free port of loopback. */
export async function startUpstash(
  redis: RedisServer,
  { scriptFlags = true }: UpstashOptions = {},
): Promise<UpstashServer> {
  const token = 'a-token-of-the-test';
  const commands: string[] = [];
  let behaviour = 'reply';
  const run = async (words: readonly unknown[]): Promise<Reply> => {
    commands.push(String(words[0]).toUpperCase());
    if (!scriptFlags && String(words[1]).startsWith('#!')) {
      return { error: "ERR Error compiling script: unexpected symbol near '#'" };
    }
    try {
      return { result: await redis.command<unknown>(...words.map(String)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        write(response, 401, { error: 'WRONGPASS invalid or missing auth token' });
        return;
      }
      const body: unknown[] = JSON.parse(await readText(request));
      if (behaviour !== 'lose the command') {
        const [status, reply] = await handle(request.url ?? '/', body, run);
        const encoded = request.headers['upstash-encoding'] === 'base64';
        if (behaviour === 'reply') {
          write(response, status, encoded ? toBase64(reply) : reply);
          return;
        }
      }
      request.socket.destroy();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    commands,
    behave: (how) => {
      behaviour = how;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(
  path: string,
  body: readonly unknown[],
  run: (words: readonly unknown[]) => Promise<Reply>,
): Promise<[status: number, reply: Reply | Reply[]]> {
  if (path === '/pipeline')
    return [200, await Promise.all(body.map((words) => run(asList(words))))];
  if (path === '/multi-exec') {
    await run(['MULTI']);
    for (const words of body) await run(asList(words));
    const { result, error } = await run(['EXEC']);
    if (!Array.isArray(result)) return [400, { error: error ?? 'EXECABORT' }];
    return [200, result.map((one: unknown) => ({ result: one }))];
  }
  const reply = await run(body);
  return [reply.error === undefined ? 200 : 400, reply];
}

function asList(words: unknown): unknown[] {
  return Array.isArray(words) ? words : [words];
}

function toBase64(reply: Reply | Reply[]): Reply | Reply[] {
  const encode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(encode);
    return typeof value === 'string' && value !== 'OK'
      ? Buffer.from(value).toString('base64')
      : value;
  };
  if (Array.isArray(reply)) return reply.flatMap(toBase64);
  return reply.error === undefined ? { result: encode(reply.result) } : reply;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function write(response: ServerResponse, status: number, reply: Reply | Reply[]): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(reply));
}
