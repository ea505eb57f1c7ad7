/** The HTTP server itself: ports, limits, TLS, and how it stops. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRequest, sendRequest } from '../support/http-client.ts';
import { rejection } from '../support/rejection.ts';
import { bearer, folderOf, jsonHeaders, openServer, tokenList } from './test-server.ts';

/** Occupies a port of loopback until the test ends. */
async function occupiedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

/** Sends text as it is and returns what comes back until the connection closes. */
async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  let said = '';
  socket.on('data', (chunk) => (said += String(chunk)));
  await once(socket, 'close');
  return said;
}

describe('a port', () => {
  it('a port that is taken is refused with what to do', async () => {
    const port = await occupiedPort();

    const error = await rejection(openServer({ port }));

    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', fields: { host: '127.0.0.1', port } });
    expect(error.message).toMatch(/another process has this port; name another one, or 0/);
  });

  it('a port that no one asked for moves to the next free one', async () => {
    const port = await occupiedPort();

    const { server, send } = await openServer({ port, movesOn: true });

    expect(server.port).not.toBe(port);
    expect((await send({ path: '/v1/app' })).status).toBe(200);
  });

  it('an address that this machine does not have is refused', async () => {
    const access = { tokens: tokenList, behindProxy: '127.0.0.1' };

    const error = await rejection(openServer({ host: '203.0.113.1', access }));

    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(error.message).toMatch(/cannot listen on 203\.0\.113\.1/);
  });
});

describe('limits', () => {
  it('a body of more than 5 MiB is refused, and the refusal arrives', async () => {
    const { send } = await openServer();

    const { status, json } = await send({
      method: 'POST',
      path: '/v1/executions',
      headers: jsonHeaders,
      body: Buffer.alloc(6 * 1_048_576, 'x'),
    });

    expect({ status, code: json.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('headers of more than 32 KiB end the connection', async () => {
    const { server } = await openServer();

    const said = await sendRaw(
      server.port,
      `GET / HTTP/1.1\r\nhost: localhost:${server.port}\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    );

    expect(said).toMatch(/^HTTP\/1\.1 4\d\d .*\r\nconnection: close/is);
  });

  it('a client that speaks no HTTP is refused without a word about the server', async () => {
    const { server } = await openServer();

    const said = await sendRaw(server.port, 'SSH-2.0-client\r\n\r\n');

    expect(said).toBe('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });

  it('a method that no operation has is refused', async () => {
    const { send } = await openServer();

    const answers = await Promise.all(
      ['TRACE', 'PUT', 'PATCH', 'PROPFIND'].map((method) => send({ method, path: '/v1/app' })),
    );

    expect(answers.map(({ status }) => status)).toEqual([405, 405, 405, 405]);
  });
});

describe('a stop', () => {
  it('a stop ends operations that wait, and refuses new connections', async () => {
    const { app, clock, server } = await openServer();
    const { activities } = app.unrecorded;
    const poll = activities.poll.bind(activities);
    const waits = new Promise<void>((resolve) => {
      vi.spyOn(activities, 'poll').mockImplementation((...given) => {
        resolve();
        return poll(...given);
      });
    });
    const waiting = sendRequest({
      port: server.port,
      path: '/v1/activities/approve/poll',
      method: 'POST',
      headers: jsonHeaders,
      body: '{"waitSeconds":20}',
    });
    await waits;

    const closing = server.close();
    await clock.advance(500);
    const { status, json } = await waiting;
    await closing;

    expect({ status, json }).toEqual({ status: 200, json: { task: null } });
    await expect(sendRequest({ port: server.port, path: '/' })).rejects.toThrow('ECONNREFUSED');
    expect(clock.pendingTimers).toBe(0);
  });

  it('a client that keeps its connection open does not hold a stop up', async () => {
    const { clock, server } = await openServer();
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');

    const closing = server.close();
    await clock.advance(3_000);
    await closing;

    await ended;
  });
});

describe('TLS', () => {
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

  /** Creates a certificate for localhost. */
  function createCertificate() {
    const folder = folderOf({});
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const kept = ['-nodes', '-keyout', key, '-out', cert, '-days', '2'];
    spawnSync('openssl', ['req', '-x509', ...curve, ...kept, ...names]);
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  }

  it.skipIf(!hasOpenssl)(
    'a server with a certificate speaks HTTPS, and binds its cookie',
    async () => {
      const tls = createCertificate();
      const { server, send } = await openServer({ access: { tokens: tokenList, tls } });
      const host = `localhost:${server.port}`;
      const token = bearer('owner').authorization?.slice(7);

      const app = await send({
        path: '/v1/app',
        headers: { host, ...bearer('owner') },
        ca: tls.cert,
      });
      const login = await send({
        method: 'POST',
        path: '/v1/session',
        headers: { ...jsonHeaders, host, origin: `https://${host}` },
        body: JSON.stringify({ token }),
        ca: tls.cert,
      });

      expect(server.url).toBe(`https://127.0.0.1:${server.port}/`);
      expect([app.status, login.status]).toEqual([200, 200]);
      expect(login.headers['set-cookie']?.[0]).toMatch(/^__Host-millrace=.*; Secure$/);
      await expect(openRequest({ port: server.port, path: '/' })).rejects.toThrow();
    },
  );

  it('a key that is none is refused when the server starts', async () => {
    const access = { tokens: tokenList, tls: { cert: 'none', key: 'none' } };

    const error = await rejection(openServer({ access }));

    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(error.message).toMatch(/--tls-cert and --tls-key/);
  });
});
