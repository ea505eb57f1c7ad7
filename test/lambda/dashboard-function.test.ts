/** The function behind the hosted dashboard: sessions, roles, locks and answers. */
import { describe, expect, it } from 'vitest';
import { securityHeaders } from '../../lib/server/http/security-headers.ts';
import { hostedName, openHosted, samePage, sessionOf } from '../support/hosted-dashboard.ts';

const hour = 3_600_000;

describe('a session at the hosted dashboard', () => {
  it('each role may do its part, and a caller without a session nothing', async () => {
    const hosted = await openHosted();
    const start = { method: 'POST', path: '/v1/executions', body: '{"machineId":"order"}' };
    const remove = { method: 'POST', path: '/v1/tasks/delete', body: '{"ids":["none"]}' };
    const look = { path: '/v1/machines' };
    const statusesOf = async (cookies: readonly string[]) => {
      const requests = [look, start, remove].map((each) => ({
        ...each,
        cookies,
        headers: samePage,
      }));
      const answers = await Promise.all(requests.map((each) => hosted.call(each)));
      return answers.map(({ status }) => status);
    };

    expect(await statusesOf([])).toEqual([401, 401, 401]);
    expect(await statusesOf([await sessionOf(hosted, 'all')])).toEqual([200, 403, 403]);
    expect(await statusesOf([await sessionOf(hosted, 'on-call')])).toEqual([200, 201, 403]);
    expect(await statusesOf([await sessionOf(hosted, 'admins')])).toEqual([200, 201, 200]);
  });

  it('requests that pages of other sites send are refused, with a session too', async () => {
    const hosted = await openHosted();
    const cookies = [await sessionOf(hosted, 'admins')];
    const change = {
      method: 'POST',
      path: '/v1/executions',
      body: '{"machineId":"order"}',
      cookies,
    };

    const answers = await Promise.all([
      hosted.call({ ...change, headers: { 'sec-fetch-site': 'cross-site' } }),
      hosted.call({ ...change, headers: { 'sec-fetch-site': 'same-site' } }),
      hosted.call({ ...change, headers: { origin: 'https://evil.example' } }),
      hosted.call({ path: '/v1/app', cookies, headers: { 'sec-fetch-site': 'cross-site' } }),
      hosted.call({ path: '/auth/logout', cookies, headers: { 'sec-fetch-site': 'cross-site' } }),
    ]);
    const own = await hosted.call({ ...change, headers: { origin: `https://${hostedName}` } });

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(403));
    expect(own.status).toBe(201);
  });

  it('a session ends after twelve hours, and with the client secret', async () => {
    const hosted = await openHosted();
    const request = { path: '/v1/machines', cookies: [await sessionOf(hosted, 'all')] };

    expect((await hosted.call(request)).status).toBe(200);
    await hosted.clock.advance(11 * hour);
    expect((await hosted.call(request)).status).toBe(200);
    hosted.secret.text = 'another secret with more than 32 characters';
    await hosted.clock.advance(10 * 60_000);
    expect((await hosted.call(request)).status).toBe(401);
    hosted.secret.text = hosted.provider.clientSecret;
    await hosted.clock.advance(hour);
    expect((await hosted.call(request)).status).toBe(401);
  });

  it('a session whose role was changed in the browser counts for nothing', async () => {
    const hosted = await openHosted();
    const [name = '', value = ''] = (await sessionOf(hosted, 'all')).split('=');
    const [content = '', signature] = value.split('.');
    const claims = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'));
    const raised = Buffer.from(JSON.stringify({ ...claims, role: 'owner' })).toString('base64url');

    const { status } = await hosted.call({
      path: '/v1/machines',
      cookies: [`${name}=${raised}.${signature}`],
    });

    expect(status).toBe(401);
  });

  it('logging out removes the cookie here, and leads through the provider', async () => {
    const hosted = await openHosted();
    const cookies = [await sessionOf(hosted, 'all')];

    const ended = await hosted.call({
      method: 'DELETE',
      path: '/v1/session',
      cookies,
      headers: samePage,
    });
    const left = await hosted.call({ path: '/auth/logout', cookies, headers: samePage });

    for (const { setCookies } of [ended, left]) {
      expect(setCookies).toEqual([expect.stringMatching(/^__Host-millrace=; Path=\/; Max-Age=0;/)]);
    }
    const target = new URL(String(left.headers.location));
    expect(target.origin + target.pathname).toBe(`${hosted.provider.issuer}/logout`);
    expect(target.searchParams.get('post_logout_redirect_uri')).toBe(`https://${hostedName}/`);
  });

  it('a token logs no one in where an identity provider does', async () => {
    const hosted = await openHosted();
    const login = { method: 'POST', path: '/v1/session', body: '{"token":"owner"}' };

    const { status, json } = await hosted.call({ ...login, headers: samePage });

    expect({ status, code: json.code }).toEqual({ status: 403, code: 'FORBIDDEN' });
  });

  it('a change through the hosted dashboard is in the log with its caller', async () => {
    const hosted = await openHosted();
    const cookies = [await sessionOf(hosted, 'on-call')];
    const body = '{"machineId":"order"}';
    await hosted.call({ method: 'POST', path: '/v1/executions', body, cookies, headers: samePage });

    const { json } = await hosted.call({ path: '/v1/orders', cookies, headers: samePage });

    expect(json.orders[0]).toMatchObject({
      by: 'subject-1',
      via: 'page',
      action: 'startExecution',
    });
  });
});

describe('an answer of the hosted dashboard', () => {
  it('every answer has the headers of the local server', async () => {
    const hosted = await openHosted();
    const paths = ['/v1/session', '/v1/app', '/auth/login', '/auth/callback', '/v1/nothing'];

    for (const path of paths) {
      const { headers } = await hosted.call({ path });
      expect({ path, headers }).toMatchObject({ path, headers: securityHeaders });
    }
  });

  it('a long answer is compressed as the browser accepts it', async () => {
    const hosted = await openHosted();
    const cookies = [await sessionOf(hosted, 'all')];
    const request = { path: '/v1/openapi.json', cookies };
    const plain = await hosted.call(request);
    const packed = await hosted.call({ ...request, headers: { 'accept-encoding': 'gzip' } });

    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(packed.json).toEqual(plain.json);
  });

  it('an answer that has not changed has no body, as no event stream lives here', async () => {
    const hosted = await openHosted();
    const cookies = [await sessionOf(hosted, 'all')];

    const first = await hosted.call({ path: '/v1/machines', cookies });
    const etag = String(first.headers.etag);
    const second = await hosted.call({
      path: '/v1/machines',
      cookies,
      headers: { 'if-none-match': etag },
    });
    const app = await hosted.call({ path: '/v1/app', cookies });

    expect({ status: second.status, text: second.text }).toEqual({ status: 304, text: '' });
    expect(app.json.can.live).toBe('ask');
  });
});
