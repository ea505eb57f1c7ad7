/**
 * A small server of Upstash's REST protocol in front of a real Redis: one command as `POST /`,
 * several as `POST /pipeline` or, as one, `POST /multi-exec`; a bearer token; answers in base64 for
 * who asks.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RedisServer } from './redis-server.ts';

/** The server; `http://127.0.0.1:port`. */
export interface UpstashServer {
  readonly url: string;
  readonly token: string;
  /** The name of every command it has been sent, in order. */
  readonly commands: readonly string[];
  /** What it does with the next commands: what is lost ends with a connection that is cut. */
  behave(behaviour: 'answer' | 'lose the command' | 'lose the answer'): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly result?: unknown;
  readonly error?: string;
}

/** Options of {@link startUpstash}. */
export interface UpstashOptions {
  /** Whether scripts may begin with `#!`; services differ. @default true */
  readonly scriptFlags?: boolean;
}

/** Starts the server on a free port of loopback. */
export async function startUpstash(
  redis: RedisServer,
  { scriptFlags = true }: UpstashOptions = {},
): Promise<UpstashServer> {
  const token = 'a-token-of-the-test';
  const commands: string[] = [];
  let behaviour = 'answer';
  const run = async (words: readonly unknown[]): Promise<Answer> => {
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
      const body: unknown[] = JSON.parse(await textOf(request));
      if (behaviour !== 'lose the command') {
        const [status, answer] = await answerTo(request.url ?? '/', body, run);
        const encoded = request.headers['upstash-encoding'] === 'base64';
        if (behaviour === 'answer') {
          write(response, status, encoded ? inBase64(answer) : answer);
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

async function answerTo(
  path: string,
  body: readonly unknown[],
  run: (words: readonly unknown[]) => Promise<Answer>,
): Promise<[status: number, answer: Answer | Answer[]]> {
  if (path === '/pipeline')
    return [200, await Promise.all(body.map((words) => run(asList(words))))];
  if (path === '/multi-exec') {
    await run(['MULTI']);
    for (const words of body) await run(asList(words));
    const { result, error } = await run(['EXEC']);
    if (!Array.isArray(result)) return [400, { error: error ?? 'EXECABORT' }];
    return [200, result.map((one: unknown) => ({ result: one }))];
  }
  const answer = await run(body);
  return [answer.error === undefined ? 200 : 400, answer];
}

function asList(words: unknown): unknown[] {
  return Array.isArray(words) ? words : [words];
}

function inBase64(answer: Answer | Answer[]): Answer | Answer[] {
  const encode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(encode);
    return typeof value === 'string' && value !== 'OK'
      ? Buffer.from(value).toString('base64')
      : value;
  };
  if (Array.isArray(answer)) return answer.flatMap(inBase64);
  return answer.error === undefined ? { result: encode(answer.result) } : answer;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function write(response: ServerResponse, status: number, answer: Answer | Answer[]): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}
