/** The files of the page: which are served, how they are kept, and when they are built. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { builtPage, builtPageFolder, folderOf, openServer } from './test-server.ts';

const script = '/assets/index-Ab3dE5gH.js';

describe('the page', () => {
  it('the page is served for every screen, with its base, and is not kept', async () => {
    const { send } = await openServer();
    const screens = [
      '/',
      '/index.html',
      '/batches/b%2F1',
      '/executions/order:A.7',
      '/queues?q=low',
    ];

    for (const path of screens) {
      const { status, headers, text } = await send({ path });
      expect({ path, status, type: headers['content-type'] }).toEqual({
        path,
        status: 200,
        type: 'text/html; charset=utf-8',
      });
      expect(headers['cache-control']).toBe('no-store');
      expect(text).toContain('<base href="/" />');
    }
  });

  it('a file with a hashed name may be kept for ever, any other is asked for again', async () => {
    const { send } = await openServer();

    const asset = await send({ path: script });
    const icon = await send({ path: '/favicon.svg' });
    const again = await send({
      path: script,
      headers: { 'if-none-match': String(asset.headers.etag) },
    });

    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(icon.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it('a file is compressed as its client accepts it', async () => {
    const { send } = await openServer();
    const get = (encoding: string) =>
      send({ path: script, headers: { 'accept-encoding': encoding } });
    const expected = builtPage['assets/index-Ab3dE5gH.js'];

    const brotli = await get('gzip, deflate, br');
    const gzip = await get('gzip;q=1, br;q=0');
    const plain = await get('');

    expect(brotliDecompressSync(brotli.bytes).toString()).toBe(expected);
    expect(gunzipSync(gzip.bytes).toString()).toBe(expected);
    expect(plain.text).toBe(expected);
    expect([brotli, gzip, plain].map(({ headers }) => headers['content-encoding'])).toEqual([
      'br',
      'gzip',
      undefined,
    ]);
    expect(brotli.headers.vary).toBe('accept-encoding');
  });

  it('a file that the build has not written is never served', async () => {
    const { send } = await openServer();
    const paths = [
      '/assets/../package.json',
      '/assets/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '/.built-from',
      '/assets/%00',
    ];

    for (const path of paths) {
      const { text } = await send({ path });
      expect(text).not.toMatch(/root:|secret|"name"/);
    }
    const old = await send({ path: '/assets/index-00000000.js' });
    expect(old.status).toBe(404);
    expect(old.json.detail).toMatch(/built anew, reload it/);
  });

  it('the page answers only requests that read', async () => {
    const { send } = await openServer();

    const head = await send({ method: 'HEAD', path: '/' });
    const post = await send({ method: 'POST', path: '/batches' });

    expect(head).toMatchObject({ status: 200, text: '' });
    expect(post.status).toBe(405);
  });

  it('a page that is built anew is served at once', async () => {
    const page = builtPageFolder();
    const { send } = await openServer({ page });
    await send({ path: script });

    const later = new Date(Date.now() + 10_000);
    writeFileSync(join(page.built, 'assets', 'index-Zz9yX8wV.js'), 'new');
    writeFileSync(join(page.built, 'index.html'), '<base href="/" />new');
    utimesSync(join(page.built, 'index.html'), later, later);

    expect((await send({ path: '/' })).text).toContain('new');
    expect((await send({ path: '/assets/index-Zz9yX8wV.js' })).text).toBe('new');
  });

  it('a missing page leaves the API as it is, and its screens say why', async () => {
    const root = folderOf({ 'package.json': '{}' });
    const page = { root, sources: join(root, 'dashboard'), built: join(root, 'dashboard', 'dist') };
    const { send } = await openServer({ page });

    const screen = await send({ path: '/' });
    const api = await send({ path: '/v1/app' });

    expect(screen.status).toBe(503);
    expect(screen.text).toMatch(/expected its files in .*dist, or its sources in .*dashboard/);
    expect(api.status).toBe(200);
  });

  it('a server of the API alone has no page', async () => {
    const { send } = await openServer({ hasPage: false });

    const { status, json } = await send({ path: '/' });

    expect({ status, code: json.code }).toEqual({ status: 404, code: 'UNKNOWN_PATH' });
  });
});

describe('every answer', () => {
  it('every answer of a server tells browsers to trust nothing but the page', async () => {
    const { send } = await openServer();
    const requests = [
      { path: '/' },
      { path: script },
      { path: '/assets/none.js' },
      { path: '/v1/app' },
      { path: '/v1/none' },
      { path: '/v1/session' },
      { path: '/health' },
      { method: 'POST', path: '/v1/batches', headers: { 'sec-fetch-site': 'cross-site' } },
      { method: 'OPTIONS', path: '/v1/batches' },
    ];

    for (const request of requests) {
      const { headers } = await send(request);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src " +
          "'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types millrace",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('a reply of more than a kilobyte is compressed, and a small one is not', async () => {
    const { send } = await openServer();
    const headers = { 'accept-encoding': 'br' };

    const large = await send({ path: '/v1/openapi.json', headers });
    const small = await send({ path: '/v1/session', headers });

    expect(large.headers['content-encoding']).toBe('br');
    expect(JSON.parse(brotliDecompressSync(large.bytes).toString()).openapi).toBe('3.1.0');
    expect(small.headers).not.toHaveProperty('content-encoding');
    expect(small.json.role).toBe('owner');
  });
});
