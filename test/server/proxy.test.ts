/** Servers behind a proxy: whose headers are believed, and under which path the page works. */
import { describe, expect, it } from 'vitest';
import { bearer, jsonHeaders, openServer, tokenList } from './test-server.ts';

const behind = { tokens: tokenList, behindProxy: '127.0.0.1' };

describe('the address of a proxy', () => {
  it('a server behind a proxy refuses requests that do not come through it', async () => {
    const { send } = await openServer({ access: { ...behind, behindProxy: '10.0.0.0/8' } });

    const direct = await send({ path: '/v1/app', headers: bearer('owner') });
    const health = await send({ path: '/health' });

    expect(direct.status).toBe(403);
    expect(direct.json.detail).toMatch(/must come through the proxy.*127\.0\.0\.1/);
    expect(health.status).toBe(200);
  });

  it('wrong tokens count for the client behind the proxy, not for the proxy', async () => {
    const { send } = await openServer({ access: behind });
    const guess = (forwardedFor: string, token = 'wrong') =>
      send({
        path: '/v1/app',
        headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': forwardedFor },
      });

    for (let count = 0; count < 5; count += 1) await guess(`1.2.3.${count}, 203.0.113.7`);
    const same = await guess('9.9.9.9, 203.0.113.7');
    const other = await guess('203.0.113.8');

    expect([same.status, other.status]).toEqual([429, 401]);
  });

  it('a page behind a proxy may make changes under the name that the proxy has', async () => {
    const { send } = await openServer({ access: behind });
    const change = (headers: Record<string, string>) =>
      send({
        method: 'POST',
        path: '/v1/executions',
        headers: { ...jsonHeaders, ...bearer('operator'), ...headers },
        body: '{"machineId":"order"}',
      });
    const origin = 'https://mill.example';

    const passed = await change({ origin, host: 'mill.example' });
    const forwarded = await change({ origin, 'x-forwarded-host': 'mill.example' });
    const plain = await change({ origin: 'http://mill.example', host: 'mill.example' });
    const foreign = await change({ origin, host: 'other.example' });

    const statuses = [passed, forwarded, plain, foreign].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 403, 403]);
  });
});

describe('users whom a proxy has logged in', () => {
  const access = {
    behindProxy: '127.0.0.1',
    userHeader: 'X-Forwarded-User',
    roleOf: 'admins=owner,sre=operator,bob=operator,*=reader',
  };

  it('a user has the highest role of the groups and of the name', async () => {
    const { send } = await openServer({ access });
    const roleOf = async (user: string, groups = '') => {
      const { json } = await send({
        path: '/v1/app',
        headers: { 'x-forwarded-user': user, 'x-forwarded-groups': groups },
      });
      return [json.caller, json.role];
    };

    expect(await roleOf('ada@mill.example', 'dev, admins')).toEqual(['ada@mill.example', 'owner']);
    expect(await roleOf('bob')).toEqual(['bob', 'operator']);
    expect(await roleOf('eve', 'interns')).toEqual(['eve', 'reader']);
  });

  it('a request without a user is refused, and a session says who logs users in', async () => {
    const { send } = await openServer({ access });

    const api = await send({ path: '/v1/app' });
    const session = await send({ path: '/v1/session' });

    expect(api.status).toBe(401);
    expect(session.json).toMatchObject({ login: 'proxy', role: null });
  });

  it('a user without a role may do nothing', async () => {
    const { send } = await openServer({ access: { ...access, roleOf: 'admins=owner' } });

    const { status, json } = await send({
      path: '/v1/app',
      headers: { 'x-forwarded-user': 'eve' },
    });

    expect({ status, code: json.code }).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect(json.detail).toContain('eve');
  });

  it('the header is believed from the proxy only', async () => {
    const { send } = await openServer({
      access: { ...access, behindProxy: '10.0.0.7', tokens: tokenList },
    });

    const { status } = await send({ path: '/v1/app', headers: { 'x-forwarded-user': 'admin' } });

    expect(status).toBe(403);
  });
});

describe('the path of a server behind a proxy', () => {
  const open = () => openServer({ access: { ...behind, basePath: '/ops/mill/' } });

  it('the page and the API work at the path, whether the proxy removes it or not', async () => {
    const { server, send } = await open();
    const headers = bearer('reader');

    const page = await send({ path: '/ops/mill/batches/b' });
    const root = await send({ path: '/ops/mill' });
    const asset = await send({ path: '/ops/mill/assets/index-Ab3dE5gH.js' });
    const api = await send({ path: '/ops/mill/v1/app', headers });
    const removed = await send({ path: '/v1/app', headers });

    expect([page, root].map(({ text }) => text)).toEqual([
      expect.stringContaining('<base href="/ops/mill/" />'),
      expect.stringContaining('<base href="/ops/mill/" />'),
    ]);
    expect([asset, api, removed].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(server.url).toMatch(/:\d+\/ops\/mill\/$/);
  });

  it('a proxy can name the path in a header', async () => {
    const { send } = await openServer({ access: behind });
    const baseOf = async (prefix: string) => {
      const { text } = await send({ path: '/', headers: { 'x-forwarded-prefix': prefix } });
      return /<base href="([^"]*)"/.exec(text)?.[1];
    };

    expect(await baseOf('/ops/mill')).toBe('/ops/mill/');
    expect(await baseOf('/"><script>')).toBe('/');
    expect(await baseOf('//evil.test')).toBe('/');
  });

  it('the path in a header is believed from a proxy only', async () => {
    const { send } = await openServer();

    const { text } = await send({ path: '/', headers: { 'x-forwarded-prefix': '/evil' } });

    expect(text).toContain('<base href="/" />');
  });
});
