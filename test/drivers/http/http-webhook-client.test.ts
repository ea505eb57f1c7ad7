/** Requests to webhooks, to a server on this machine: answers, limits and addresses. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpWebhookClient } from '../../../lib/drivers/http/http-webhook-client.ts';
import { serveLocally } from '../../support/local-server.ts';

const here = new HttpWebhookClient(new Set(['127.0.0.1', 'localhost']));
const nowhere = new HttpWebhookClient(new Set());

function post(client: HttpWebhookClient, url: string, changes: object = {}) {
  return client.post({
    url,
    headers: { 'content-type': 'application/json', 'millrace-delivery': 'd-1' },
    body: '{"name":"Ångström"}',
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    ...changes,
  });
}

describe('a request to a webhook', () => {
  it('a webhook gets the body and the headers, and its status comes back', async () => {
    const server = await serveLocally(() => ({ status: 202, body: 'thanks' }));

    const result = await post(here, `${server.url}/hooks/7?a=1`);

    expect(result).toEqual({ kind: 'answered', status: 202 });
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        url: '/hooks/7?a=1',
        body: '{"name":"Ångström"}',
        headers: { 'millrace-delivery': 'd-1', 'content-length': '21' },
      },
    ]);
  });

  it('a redirect is an answer and is not followed', async () => {
    const target = await serveLocally(() => ({}));
    const server = await serveLocally(() => ({ status: 302, headers: { location: target.url } }));

    expect(await post(here, server.url)).toEqual({ kind: 'answered', status: 302 });
    expect(target.seen).toEqual([]);
  });

  it('an answer that never comes fails after the timeout', async () => {
    const server = await serveLocally(() => null);

    expect(await post(here, server.url, { timeoutMs: 50 })).toMatchObject({ kind: 'failed' });
  });

  it('a request ends when its sender stops', async () => {
    const server = await serveLocally(() => null);
    const stopping = new AbortController();

    const posting = post(here, server.url, { signal: stopping.signal });
    stopping.abort();

    expect(await posting).toMatchObject({ kind: 'failed' });
  });

  it('the body of an answer is not read, however long it is', async () => {
    let sent = 0;
    const server = createServer((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(65_536);
      const write = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', write);
      write();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.closeAllConnections());
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;

    expect(await post(here, `http://127.0.0.1:${port}/`)).toEqual({
      kind: 'answered',
      status: 200,
    });
    expect(sent).toBeLessThan(50_000_000);
  });

  it('a server that is not there is a failure', async () => {
    const server = await serveLocally(() => ({}));
    const { port } = new URL(server.url);

    const closed = Number(port) === 1 ? 2 : 1;
    expect(await post(here, `http://127.0.0.1:${closed}/`)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the address of a webhook', () => {
  it.each([
    'https://127.0.0.1/hook',
    'https://[::1]/hook',
    'https://10.0.0.7/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/hook',
    'https://0x7f.1/hook',
    'https://2130706433/hook',
    'https://localhost/hook',
  ])('%s is refused, because it is private', async (url) => {
    expect(await post(nowhere, url)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('webhooks.privateHosts'),
    });
  });

  it.each([
    'http://hooks.example.com/a',
    'ftp://hooks.example.com/a',
    'file:///etc/passwd',
    'no URL',
    '',
  ])('%s is refused, because it is not HTTPS', async (url) => {
    expect(await post(nowhere, url)).toMatchObject({ kind: 'refused' });
  });

  it('a host that may be private is called, over plain HTTP too', async () => {
    const server = await serveLocally(() => ({}));
    const { port } = new URL(server.url);

    expect(await post(here, `http://localhost:${port}/`)).toEqual({
      kind: 'answered',
      status: 200,
    });
    expect(await post(nowhere, server.url)).toMatchObject({ kind: 'refused' });
  });
});
