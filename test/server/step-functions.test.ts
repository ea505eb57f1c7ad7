/** Step Functions' API over sockets: who reaches it, and how connections end. */
import { connect } from 'node:net';
import { GetActivityTaskCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type StepFunctionsOptions,
  serveStepFunctions,
} from '../../lib/server/step-functions/serve-step-functions.ts';
import { sendRequest } from '../support/http-client.ts';
import { openApp } from '../support/open-app.ts';
import { rejection } from '../support/rejection.ts';

async function openServer(options: Partial<StepFunctionsOptions> = {}) {
  const app = await openApp({ machines: {}, activities: ['approve'] });
  const server = await serveStepFunctions({ current: () => app, port: 0, ...options });
  onTestFinished(() => server.close());
  return { app, server };
}

const listHeaders = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AWSStepFunctions.ListStateMachines',
};

/** Sends the text of a request over a socket, and returns the head of the answer. */
async function sendText(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(text);
  for await (const chunk of socket) return String(chunk);
  return '';
}

function withTarget(target: string, host = '127.0.0.1'): string {
  const head = Object.entries({ host, ...listHeaders, 'content-length': '2' });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `POST ${target} HTTP/1.1\r\n${lines}\r\n{}`;
}

describe('the server of the API', () => {
  it('the SDK calls it, and an answer carries the date that clients set their clocks by', async () => {
    const { server } = await openServer();
    const client = new SFNClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

    expect((await client.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
    const answer = await sendRequest({
      port: server.port,
      method: 'POST',
      path: '/',
      headers: listHeaders,
      body: '{}',
    });
    expect(answer.headers).toMatchObject({
      date: expect.stringMatching(/GMT$/),
      'x-amzn-requestid': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    client.destroy();
  });

  it('a whole URL as the target is served for its own names, and refused for any other', async () => {
    const { server } = await openServer();
    const { port } = server;

    for (const own of ['sync-127.0.0.1', 'sync-localhost', 'LOCALHOST', '[::1]']) {
      const answer = await sendText(port, withTarget(`http://${own}:${port}/`));
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    }
    for (const other of [
      `http://example.com:${port}/`,
      'http://127.0.0.1:1/',
      `http://user@127.0.0.1:${port}/`,
      `http://127.0.0.1.example.com:${port}/`,
      `https://127.0.0.1:${port}/`,
    ]) {
      const answer = await sendText(port, withTarget(other));
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).toContain('AccessDeniedException');
    }
  });

  it('a body over two megabytes is refused before it is read to its end', async () => {
    const { server } = await openServer();

    const answer = await sendText(
      server.port,
      withTarget('/').replace('content-length: 2\r\n', 'content-length: 2097153\r\n'),
    );

    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
    expect(answer).toContain('RequestEntityTooLargeException');
  });

  it('a poll for work ends with the connection of its caller', async () => {
    const { app, server } = await openServer();
    const polled = Promise.withResolvers<AbortSignal>();
    app.activities.poll = async (_, { signal } = {}) => {
      const { promise, resolve } = Promise.withResolvers<null>();
      signal?.addEventListener('abort', () => resolve(null), { once: true });
      if (signal !== undefined) polled.resolve(signal);
      return promise;
    };
    const client = new SFNClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const activityArn = 'arn:aws:states:us-east-1:000000000000:activity:approve';
    const gone = new AbortController();

    const call = client.send(new GetActivityTaskCommand({ activityArn }), {
      abortSignal: gone.signal,
    });
    const signal = await polled.promise;
    const ended = new Promise((resolve) => signal.addEventListener('abort', resolve));
    gone.abort();

    expect((await rejection(call)).name).toBe('AbortError');
    await ended;
    client.destroy();
  });

  it('the server does not start off this machine without keys', async () => {
    const error = await rejection(openServer({ host: '0.0.0.0' }));

    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(error.message).toContain('--access-keys');
  });

  it('an origin that is allowed must be an origin', async () => {
    const error = await rejection(openServer({ origins: ['http://localhost:3000/page'] }));

    expect(error.message).toContain('--allow-origin must be an origin');
  });
});
