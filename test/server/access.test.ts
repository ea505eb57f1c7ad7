/** Who may reach a server, over real sockets: origins, tokens, sessions, proxies, roles. */
import { describe, expect, it } from 'vitest';
import { callerRoles, mayCall } from '../../lib/api/caller-role.ts';
import { contract } from '../../lib/api/contract/contract.ts';
import type { Operation } from '../../lib/api/contract/operation.ts';
import { bearer, jsonHeaders, openServer, tokenList, tokens } from './test-server.ts';

const operations: [string, Operation][] = Object.entries(contract);

/** A change that every server of these tests can make. */
const start = {
  method: 'POST',
  path: '/v1/executions',
  headers: jsonHeaders,
  body: '{"machineId":"order"}',
};

describe('the host of a request on loopback', () => {
  it('a server on loopback answers to the names of this machine with its port', async () => {
    const { server, send } = await openServer();
    const hosts = ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'];

    for (const host of hosts) {
      const { status } = await send({
        path: '/v1/app',
        headers: { host: `${host}:${server.port}` },
      });
      expect({ host, status }).toEqual({ host, status: 200 });
    }
  });

  it('a name that a foreign site has given this machine is refused, for the page too', async () => {
    const { server, send } = await openServer();
    const hosts = [`evil.test:${server.port}`, `127.0.0.1:${server.port + 1}`, 'localhost'];

    for (const host of hosts) {
      for (const path of ['/v1/app', '/', '/health?deep=1']) {
        const { status, json } = await send({ path, headers: { host } });
        expect({ host, path, status, code: json.code }).toMatchObject({
          status: 403,
          code: 'FORBIDDEN',
        });
      }
    }
  });

  it('names that are allowed besides are answered, and limit a server that others reach', async () => {
    const { send } = await openServer({ access: { allowedHosts: 'mill.test, localhost:9000' } });
    const behind = { tokens: tokenList, behindProxy: '127.0.0.1', allowedHosts: 'mill.test' };
    const reached = await openServer({ host: '127.0.0.1', access: behind });
    const ask = async (via: typeof send, host: string) =>
      (await via({ path: '/v1/session', headers: { host } })).status;

    expect(await ask(send, 'mill.test:1')).toBe(200);
    expect(await ask(send, 'localhost:9000')).toBe(200);
    expect(await ask(send, 'localhost:9001')).toBe(403);
    expect(await ask(reached.send, 'mill.test')).toBe(200);
    expect(await ask(reached.send, 'evil.test')).toBe(403);
  });

  it('a health check is answered whatever name it uses, and says only that the server lives', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });

    const { status, json } = await send({ path: '/health', headers: { host: '10.0.0.9:1' } });

    expect({ status, json }).toMatchObject({ status: 200, json: { status: 'ok', store: null } });
  });

  it('a browser that opens /health is given the page, whose screen has that address', async () => {
    const { send } = await openServer();

    const { status, text } = await send({ path: '/health', headers: { accept: 'text/html,*/*' } });

    expect(status).toBe(200);
    expect(text).toContain('<!doctype html>');
  });

  it('the target of a request cannot name another host', async () => {
    const { server, send } = await openServer();

    const absolute = await send({ path: 'http://evil.test/v1/app' });
    const double = await send({ path: '//evil.test/v1/app' });

    expect(absolute.text).toContain('<!doctype html>');
    expect(double.text).toContain('<base href="/" />');
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
  });
});

describe('the origin of a request', () => {
  it('the page itself and programs may make changes', async () => {
    const { server, send } = await openServer();
    const origin = `http://127.0.0.1:${server.port}`;
    const callers = [{}, { 'sec-fetch-site': 'same-origin' }, { origin }];

    for (const headers of callers) {
      const { status } = await send({ ...start, headers: { ...jsonHeaders, ...headers } });
      expect({ headers, status }).toEqual({ headers, status: 201 });
    }
  });

  it('a page of another origin can change nothing', async () => {
    const { app, send } = await openServer();
    const callers = [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: 'http://localhost:1' },
    ];

    for (const headers of callers) {
      const { status, json } = await send({ ...start, headers: { ...jsonHeaders, ...headers } });
      expect({ headers, status, code: json.code }).toMatchObject({
        status: 403,
        code: 'FORBIDDEN',
      });
    }
    expect((await app.executions.list({}, { limit: 1 })).entries).toEqual([]);
  });

  it('a form of another site is refused even by a browser that names no origin', async () => {
    const { send } = await openServer();
    const form = { 'content-type': 'text/plain' };

    const { status, json } = await send({ ...start, headers: form });

    expect({ status, code: json.code }).toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it('a change without a body needs a header that a form of another site cannot send', async () => {
    const { send } = await openServer();
    const purge = { method: 'POST', path: '/v1/queues/default/purge' };

    const bare = await send(purge);
    const meant = await send({ ...purge, headers: { 'x-millrace-request': '1' } });
    const logout = await send({ method: 'DELETE', path: '/v1/session' });

    expect([bare.status, logout.status]).toEqual([415, 415]);
    expect(meant.status).not.toBe(415);
  });

  it('a link on another site opens the page, and does not call the API', async () => {
    const { send } = await openServer();
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };

    const page = await send({ path: '/batches', headers: { ...link, accept: 'text/html' } });
    const api = await send({ path: '/v1/app', headers: link });
    const typed = await send({ path: '/v1/app', headers: { 'sec-fetch-site': 'none' } });

    expect([page.status, api.status, typed.status]).toEqual([200, 403, 200]);
  });
});

describe('tokens', () => {
  it('a server with tokens asks for one everywhere but at the page and the session', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });

    const api = await send({ path: '/v1/app' });
    const page = await send({ path: '/' });
    const session = await send({ path: '/v1/session' });

    expect([api.status, page.status]).toEqual([401, 200]);
    expect(api.json.code).toBe('UNAUTHENTICATED');
    expect(api.headers['www-authenticate']).toBe('Bearer realm="millrace"');
    expect(session.json).toEqual({ login: 'token', caller: null, role: null, endsAt: null });
  });

  it('a program with a token has its role and its name', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });

    const ada = await send({ path: '/v1/app', headers: bearer('operator') });
    const owner = await send({ path: '/v1/app', headers: bearer('owner') });

    expect(ada.json).toMatchObject({ caller: 'ada', role: 'operator' });
    expect(owner.json).toMatchObject({ caller: 'owner', role: 'owner' });
  });

  it('each role may do exactly what the contract allows it', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });

    for (const role of callerRoles) {
      for (const [name, { method, path, needs }] of operations) {
        const filled = path.replaceAll(/\{\w+\}/g, 'x');
        const { status } = await send({ method, path: filled, headers: bearer(role) });
        const isAllowed = status !== 403;
        expect({ name, role, isAllowed }).toEqual({ name, role, isAllowed: mayCall(role, needs) });
        expect({ name, status }).not.toEqual({ name, status: 401 });
      }
    }
  });

  it('five wrong tokens within a minute make an address wait, and a right one does not help', async () => {
    const { clock, send } = await openServer({ access: { tokens: tokenList } });
    const guess = () => send({ path: '/v1/app', headers: { authorization: 'Bearer wrong' } });

    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await guess()).status);
    const refused = await send({ path: '/v1/app', headers: bearer('owner') });
    await clock.advance(60_000);
    const allowed = await send({ path: '/v1/app', headers: bearer('owner') });

    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(refused).toMatchObject({ status: 429 });
    expect(refused.json.code).toBe('TOO_MANY_REQUESTS');
    expect(refused.headers['retry-after']).toBe('60');
    expect(allowed.status).toBe(200);
  });

  it('wrong logins count as wrong tokens, and a session that is open stays open', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });
    const login = (token: string) =>
      send({
        method: 'POST',
        path: '/v1/session',
        headers: jsonHeaders,
        body: JSON.stringify({ token }),
      });
    const [cookie = ''] = (await login(tokens.reader)).headers['set-cookie'] ?? [];

    for (let count = 0; count < 5; count += 1) await login('wrong');
    const other = await login(tokens.owner);
    const open = await send({ path: '/v1/app', headers: { cookie: cookie.split(';')[0] ?? '' } });

    expect([other.status, open.status]).toEqual([429, 200]);
  });
});

describe('sessions', () => {
  /** Logs in, and returns the cookie. */
  async function logIn(
    { send }: Pick<Awaited<ReturnType<typeof openServer>>, 'send'>,
    token: string,
  ) {
    const { status, json, headers } = await send({
      method: 'POST',
      path: '/v1/session',
      headers: { ...jsonHeaders, 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token }),
    });
    const [cookie = ''] = headers['set-cookie'] ?? [];
    return { status, json, cookie, pair: cookie.split(';')[0] ?? '' };
  }

  it('a login exchanges a token for a cookie that scripts and other sites cannot use', async () => {
    const opened = await openServer({ access: { tokens: tokenList } });
    const { clock, send } = opened;

    const { status, json, cookie, pair } = await logIn(opened, tokens.operator);
    const app = await send({ path: '/v1/app', headers: { cookie: `theme=dark; ${pair}` } });

    const endsAt = clock.now() + 12 * 3_600_000;
    expect({ status, json }).toEqual({
      status: 200,
      json: { login: 'token', caller: 'ada', role: 'operator', endsAt },
    });
    expect(cookie).toMatch(
      /^millrace=[\w-]+\.[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(tokens.operator);
    expect(app.json).toMatchObject({ caller: 'ada', role: 'operator' });
  });

  it('behind a proxy the cookie is bound to its host and to TLS', async () => {
    const opened = await openServer({ access: { tokens: tokenList, behindProxy: '127.0.0.1' } });

    const { cookie } = await logIn(opened, tokens.owner);

    expect(cookie).toMatch(
      /^__Host-millrace=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  it('a session ends after twelve hours', async () => {
    const opened = await openServer({ access: { tokens: tokenList } });
    const { clock, send } = opened;
    const { pair } = await logIn(opened, tokens.owner);
    const ask = async () => (await send({ path: '/v1/app', headers: { cookie: pair } })).status;

    await clock.advance(12 * 3_600_000 - 1);
    const before = await ask();
    await clock.advance(1);

    expect([before, await ask()]).toEqual([200, 401]);
  });

  it('a session ends when its token is changed, and when its token gets another role', async () => {
    const opened = await openServer({ access: { tokens: tokenList } });
    const { pair } = await logIn(opened, tokens.operator);
    const lists = [
      `owner:${tokens.owner},operator:ada:${tokens.operator.replace('0', '1')}`,
      `owner:${tokens.owner},reader:ada:${tokens.operator}`,
      `owner:${tokens.owner}`,
    ];

    for (const list of lists) {
      const later = await openServer({ access: { tokens: list } });
      const { status } = await later.send({ path: '/v1/app', headers: { cookie: pair } });
      expect(status).toBe(401);
    }
    const same = await openServer({ access: { tokens: tokenList } });
    expect((await same.send({ path: '/v1/app', headers: { cookie: pair } })).status).toBe(200);
  });

  it('a cookie that was changed is worth nothing', async () => {
    const opened = await openServer({ access: { tokens: tokenList } });
    const { pair } = await logIn(opened, tokens.reader);
    const [name = '', value = ''] = pair.split('=');
    const [content = '', signature = ''] = value.split('.');
    const claims = JSON.parse(Buffer.from(content, 'base64url').toString());
    const encode = (document: unknown) =>
      Buffer.from(JSON.stringify(document)).toString('base64url');
    const forged = [
      `${encode({ ...claims, role: 'owner' })}.${signature}`,
      `${encode({ ...claims, endsAt: claims.endsAt + 1 })}.${signature}`,
      `${content}.${signature.slice(0, -2)}AA`,
      `${content}.`,
      content,
      'null.x',
      'x'.repeat(5_000),
    ];

    for (const each of forged) {
      const { status } = await opened.send({
        path: '/v1/app',
        headers: { cookie: `${name}=${each}` },
      });
      expect(status).toBe(401);
    }
  });

  it('a logout removes the cookie', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });

    const { status, json, headers } = await send({
      headers: jsonHeaders,
      method: 'DELETE',
      path: '/v1/session',
    });

    expect({ status, json }).toMatchObject({ status: 200, json: { login: 'token', role: null } });
    expect(headers['set-cookie']).toEqual([
      'millrace=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
  });

  it('a login from another site, or as a form, is refused', async () => {
    const { send } = await openServer({ access: { tokens: tokenList } });
    const login = { method: 'POST', path: '/v1/session', body: `{"token":"${tokens.owner}"}` };

    const foreign = await send({
      ...login,
      headers: { ...jsonHeaders, 'sec-fetch-site': 'cross-site' },
    });
    const form = await send({ ...login, headers: { 'content-type': 'text/plain' } });
    const large = await send({ ...login, headers: jsonHeaders, body: 'x'.repeat(10_000) });
    const odd = await send({ method: 'PUT', path: '/v1/session' });

    expect([foreign, form, large, odd].map(({ status }) => status)).toEqual([403, 415, 413, 405]);
    for (const { headers } of [foreign, form, large])
      expect(headers).not.toHaveProperty('set-cookie');
  });

  it('a server without tokens needs no login, and offers none', async () => {
    const { send } = await openServer();

    const session = await send({ path: '/v1/session' });
    const login = await send({
      method: 'POST',
      path: '/v1/session',
      headers: jsonHeaders,
      body: '{"token":"any"}',
    });

    expect(session.json).toEqual({ login: 'none', caller: null, role: 'owner', endsAt: null });
    expect(login.status).toBe(403);
  });

  it('a server for reading makes every caller a reader', async () => {
    const open = await openServer({ access: { readOnly: true } });
    const locked = await openServer({ access: { readOnly: true, tokens: tokenList } });

    const change = await open.send(start);
    const owner = await locked.send({ ...start, headers: { ...jsonHeaders, ...bearer('owner') } });
    const { json } = await logIn(locked, tokens.owner);

    expect([change.status, owner.status]).toEqual([403, 403]);
    expect(json).toMatchObject({ caller: 'owner', role: 'reader' });
  });
});
