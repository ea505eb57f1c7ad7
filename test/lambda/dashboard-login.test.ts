/** The login at the hosted dashboard: what leads to a session, and what does not. */
import { describe, expect, it } from 'vitest';
import { hostedName, logIn, openHosted, pairOf, samePage } from '../support/hosted-dashboard.ts';

describe('the login at the hosted dashboard', () => {
  it('the login sends the browser to the provider with state, nonce and PKCE', async () => {
    const hosted = await openHosted({ scopes: ['groups'] });

    const { status, headers, setCookies } = await hosted.call({ path: '/auth/login' });

    const { origin, pathname, searchParams } = new URL(String(headers.location));
    expect({ status, address: origin + pathname }).toEqual({
      status: 302,
      address: `${hosted.provider.issuer}/authorize`,
    });
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: 'millrace',
      redirect_uri: `https://${hostedName}/auth/callback`,
      scope: 'openid groups',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(setCookies).toEqual([
      expect.stringMatching(
        /^__Host-millrace-login=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ]);
  });

  it('a right answer of the provider starts a session with the locks of the local server', async () => {
    const hosted = await openHosted();
    const claims = { groups: ['all', 'admins'], email: 'ada@example.com', email_verified: true };

    const { done } = await logIn(hosted, { claims }, '/batches?status=RUNNING');

    expect(done.status).toBe(302);
    expect(done.headers.location).toBe('/batches?status=RUNNING');
    expect(done.setCookies).toEqual([
      expect.stringMatching(
        /^__Host-millrace=[^;]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
      ),
      expect.stringMatching(/^__Host-millrace-login=; Path=\/; Max-Age=0;/),
    ]);
    const cookies = [pairOf(done.setCookies[0])];
    const { json } = await hosted.call({ path: '/v1/session', cookies, headers: samePage });
    expect(json).toEqual({
      login: 'oidc',
      caller: 'ada@example.com',
      role: 'owner',
      endsAt: expect.any(Number),
    });
  });

  it.each([
    ['algorithm', /alg/],
    ['audience', /aud/],
    ['expired', /exp|iat/],
    ['issuer', /iss/],
    ['nonce', /nonce/],
    ['signature', /signature/],
  ] as const)('an ID token with a wrong %s is refused with the reason', async (fault, reason) => {
    const hosted = await openHosted();

    const { done } = await logIn(hosted, { claims: { groups: ['admins'] }, fault });

    expect({ status: done.status, type: done.headers['content-type'] }).toEqual({
      status: 401,
      type: 'text/html; charset=utf-8',
    });
    expect(done.text).toMatch(reason);
    expect(done.setCookies).toEqual([expect.stringMatching(/^__Host-millrace-login=;/)]);
  });

  it('a user without a role is refused by name, and gets no session', async () => {
    const hosted = await openHosted();

    const { done } = await logIn(hosted, { claims: { groups: ['sales'] } });

    expect(done.status).toBe(403);
    expect(done.text).toContain('&#39;subject-1&#39; has no role here');
    expect(done.setCookies.join()).not.toContain('__Host-millrace=');
  });

  it('an answer counts once, in the browser that has begun the login, and for ten minutes', async () => {
    const hosted = await openHosted();
    const { returning, done } = await logIn(hosted, { claims: { groups: ['all'] } });

    const again = await hosted.call(returning);
    const { cookies: _, ...elsewhere } = returning;
    const stranger = await hosted.call(elsewhere);
    const changed = { ...returning, query: returning.query.replace(/state=[^&]+/, 'state=A') };
    const forged = await hosted.call(changed);
    await hosted.clock.advance(10 * 60_000);
    const late = await hosted.call(returning);

    expect(done.status).toBe(302);
    expect([again, stranger, forged, late].map(({ status }) => status)).toEqual(Array(4).fill(401));
    expect(again.text).toContain('invalid_grant');
    expect(stranger.text).toContain('another browser');
    expect(forged.text).toContain('state');
    expect(late.text).toContain('ten minutes');
  });

  it('a refusal of the provider is shown as text, whatever it contains', async () => {
    const hosted = await openHosted();
    const begun = await hosted.call({ path: '/auth/login' });
    const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? '';
    const query = String(
      new URLSearchParams({
        state,
        iss: hosted.provider.issuer,
        error: 'access_denied',
        error_description: '<script>alert(1)</script>\u202e',
      }),
    );

    const { status, text } = await hosted.call({
      path: '/auth/callback',
      query,
      cookies: begun.setCookies.map(pairOf),
    });

    expect(status).toBe(401);
    expect(text).toContain('access_denied &#60;script&#62;alert(1)&#60;/script&#62;.');
    expect(text).not.toMatch(/<script|\u202e/);
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example/', '/a b', ''])(
    'the login goes to the first screen instead of %j',
    async (to) => {
      const hosted = await openHosted();

      const { done } = await logIn(hosted, { claims: { groups: ['all'] } }, to);

      expect(done.headers.location).toBe('/');
    },
  );

  it('a provider that does not answer, or is another one, is an outage and no refusal', async () => {
    const gone = await openHosted({ issuer: 'http://127.0.0.1:1' });
    const other = await openHosted();
    const mistyped = await openHosted({ issuer: `${other.provider.issuer}/` });

    for (const { call } of [gone, mistyped]) {
      const { status, text } = await call({ path: '/auth/login' });
      expect(status).toBe(503);
      expect(text).toContain('the identity provider cannot be used');
    }
  });

  it('a secret that cannot be used is logged, and not shown to callers', async () => {
    const hosted = await openHosted();
    hosted.secret.text = 'too short';

    const { status, json } = await hosted.call({ path: '/v1/session' });

    expect({ status, code: json.code }).toEqual({ status: 503, code: 'LOGIN_UNAVAILABLE' });
    expect(json.detail).not.toContain('arn:aws');
    expect(JSON.stringify(hosted.lines)).toContain('at least 32 characters, found 9');
  });
});
