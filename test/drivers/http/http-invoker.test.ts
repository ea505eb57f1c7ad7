/** `http:invoke` against a real server: requests, connections, responses and refusals. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import { CallTargets } from '../../../lib/drivers/http/call-targets.ts';
import type { Connection } from '../../../lib/drivers/http/connection.ts';
import { HttpInvoker, type HttpInvokerOptions } from '../../../lib/drivers/http/http-invoker.ts';
import { createInvocation } from '../../support/invocation.ts';
import { type SeenRequest, type ServedAnswer, serveLocally } from '../../support/local-server.ts';

const resource = 'arn:aws:states:::http:invoke';
const json = { 'content-type': 'application/json' };
const here = new CallTargets({ insecureHosts: new Set(), privateHosts: new Set(['127.0.0.1']) });

/** Starts an API with these responses, and an invoker that calls it. */
async function openApi(
  answer: (request: SeenRequest) => ServedAnswer | null = () => ({}),
  options: Partial<HttpInvokerOptions> = {},
) {
  const { url, seen } = await serveLocally(answer);
  const standard = { connections: {}, targets: here, bytesMax: 1_000 };
  const invoker = new HttpInvoker({ ...standard, ...options });
  const call = (parameters: JsonObject) =>
    invoker.invoke(
      createInvocation({
        resource,
        parameters: { ApiEndpoint: `${url}/orders?a=1`, Method: 'POST', ...parameters },
      }),
    );
  return { call, seen, url, invoker };
}

describe('a request of http:invoke', () => {
  it('a request has the method, headers, query and body of the parameters', async () => {
    const { call, seen } = await openApi();

    await call({
      Headers: { 'X-One': 'v', 'X-Two': ['a', 'b'] },
      QueryParameters: { b: 'ü', c: ['1', '2'] },
      RequestBody: { order: 7 },
    });

    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/orders?a=1&b=%C3%BC&c=1&c=2',
      headers: {
        'x-one': 'v',
        'x-two': 'a, b',
        'content-type': 'application/json; charset=UTF-8',
      },
      body: '{"order":7}',
    });
  });

  it('a body that is a string is sent as it is, with the given content type', async () => {
    const { call, seen } = await openApi();

    await call({ Headers: { 'Content-Type': 'text/plain' }, RequestBody: 'as it is' });

    expect(seen[0]).toMatchObject({ headers: { 'content-type': 'text/plain' }, body: 'as it is' });
  });

  it.each([
    ['INDICES', 'l%5B0%5D=a&l%5B1%5D=b&m%5Bn%5D=1%202'],
    ['REPEAT', 'l=a&l=b&m%5Bn%5D=1%202'],
    ['COMMAS', 'l=a,b&m%5Bn%5D=1%202'],
    ['BRACKETS', 'l%5B%5D=a&l%5B%5D=b&m%5Bn%5D=1%202'],
  ])('a body is URL-encoded with lists as %s', async (ArrayFormat, expected) => {
    const { call, seen } = await openApi();

    await call({
      RequestBody: { l: ['a', 'b'], m: { n: '1 2' } },
      Transform: { RequestBodyEncoding: 'URL_ENCODED', RequestEncodingOptions: { ArrayFormat } },
    });

    expect(seen[0]?.body).toBe(expected);
  });
});

describe('a connection', () => {
  const secrets = {
    headers: { authorization: 'Basic c2VjcmV0', 'x-one': 'ours' },
    queryParameters: { a: '2' },
    body: { mode: 'ours' },
  };
  const arn = 'arn:aws:events:eu-central-1:123456789012:connection/shop/81210c42';
  const authentication = { Authentication: { ConnectionArn: arn } };
  const given = { Headers: { 'X-One': 'theirs' }, RequestBody: { mode: 'theirs', n: 1 } };

  /** Opens an API that the connection `shop` may be used for. */
  async function openShop(shop: Omit<Connection, 'origins'>) {
    const api = await serveLocally(() => ({}));
    const connections = { shop: { ...shop, origins: [api.url] } };
    const opened = await openApi(() => ({}), { connections });
    const call = (parameters: JsonObject) =>
      opened.call({ ApiEndpoint: `${api.url}/orders?a=1`, ...parameters });
    return { ...opened, call, seen: api.seen, foreign: opened };
  }

  it('a connection is found by ARN or name, and overrides the definition', async () => {
    const { call, seen } = await openShop(secrets);

    await call({ ...given, ...authentication });
    await call({ ...given, InvocationConfig: { ConnectionArn: 'shop' } });

    const expected = {
      url: '/orders?a=2',
      headers: { authorization: 'Basic c2VjcmV0', 'x-one': 'ours' },
      body: '{"mode":"ours","n":1}',
    };
    expect(seen).toMatchObject([expected, expected]);
  });

  it('a connection is opened for each request, and its error fails the task', async () => {
    let calls = 0;
    const open = async () => {
      calls += 1;
      if (calls > 2) throw new Error('the token server is down');
      return { headers: { authorization: `Bearer ${calls}` } };
    };
    const { call, seen } = await openShop({ open });

    await call(authentication);
    await call(authentication);
    const failed = await call(authentication);

    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
    expect(failed).toMatchObject({
      ok: false,
      error: 'Events.ConnectionResource.InternalError',
      cause: expect.stringContaining('the token server is down'),
    });
  });

  it('a connection sends nothing to an origin that it does not name', async () => {
    const { foreign } = await openShop(secrets);

    const answer = await foreign.call(authentication);

    expect(answer).toMatchObject({
      ok: false,
      error: 'Events.ConnectionResource.AccessDenied',
      cause: expect.stringMatching(/'shop' must not be used for http:.* \(its origins: http:/),
    });
    expect(foreign.seen).toEqual([]);
  });

  it('an endpoint that is part of a definition is judged before anything is called', async () => {
    const { invoker } = await openShop(secrets);
    const refusal = (parameters: JsonObject) =>
      invoker.findRefusal({ resource, parameters, asWritten: true });

    expect(refusal({ ApiEndpoint: 'https://else.example/', ...authentication })).toContain(
      "the connection 'shop' must not be used for https://else.example",
    );
    expect(refusal({ ApiEndpoint: 'https://10.0.0.7/' })).toContain('privateHosts');
    expect(refusal({ ApiEndpoint: 'https://else.example/' })).toBeNull();
    expect(refusal({ ApiEndpoint: '{% $u %}', ...authentication })).toBeNull();
    expect(refusal({ 'ApiEndpoint.$': '$.u', ...authentication })).toBeNull();
  });

  it('a connection that is not configured is refused beforehand and fails the task', async () => {
    const { call, seen, invoker } = await openApi();

    expect(invoker.findRefusal({ resource, parameters: authentication })).toContain(
      "no connection is named 'shop'",
    );
    expect(invoker.findRefusal({ resource, parameters: {} })).toBeNull();
    expect(await call(authentication)).toMatchObject({
      ok: false,
      error: 'Events.ConnectionResource.ResourceNotFound',
    });
    expect(seen).toEqual([]);
  });

  it('a connection cannot add members to a body that is a string', async () => {
    const { call } = await openShop(secrets);

    const answer = await call({ RequestBody: 'text', ...authentication });

    expect(answer).toMatchObject({ ok: false, error: 'States.Runtime' });
  });
});

describe('a response to http:invoke', () => {
  it('a JSON response has its body as JSON and its headers as lists', async () => {
    const { call } = await openApi(() => ({ headers: json, body: { id: 1 } }));

    expect(await call({})).toMatchObject({
      ok: true,
      result: {
        Headers: { 'content-type': ['application/json'] },
        ResponseBody: { id: 1 },
        StatusCode: 200,
        StatusText: 'OK',
      },
    });
  });

  it('a response that is not valid JSON is a string', async () => {
    const { call } = await openApi(({ body }) => ({ headers: body ? json : {}, body: '{"a"' }));

    expect(await call({})).toMatchObject({ result: { ResponseBody: '{"a"' } });
    expect(await call({ RequestBody: 'x' })).toMatchObject({ result: { ResponseBody: '{"a"' } });
  });

  it.each([
    [404, 'no such order', 'no such order'],
    [503, '', 'Service Unavailable'],
    [302, '', 'Found'],
  ])(
    'a response with status %i fails with that status and no redirect is followed',
    async (status, body, cause) => {
      const { call, seen } = await openApi(() => ({
        status,
        body,
        headers: { location: '/else' },
      }));

      const error = `States.Http.StatusCode.${status}`;
      expect(await call({})).toEqual({ ok: false, error, cause });
      expect(seen).toHaveLength(1);
    },
  );

  it('a response larger than a state may hold fails with States.DataLimitExceeded', async () => {
    const { call } = await openApi(() => ({ body: 'x'.repeat(1_001) }));

    expect(await call({})).toMatchObject({ ok: false, error: 'States.DataLimitExceeded' });
  });

  it('a response that is not text fails with States.Runtime', async () => {
    const image = await openApi(() => ({ headers: { 'content-type': 'image/png' }, body: 'x' }));
    const bytes = await openApi(() => ({ body: new Uint8Array([0xff, 0xfe]) }));

    for (const { call } of [image, bytes]) {
      expect(await call({})).toMatchObject({ ok: false, error: 'States.Runtime' });
    }
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('a response packed with %s is unpacked within the limit', async (coding, pack) => {
    const headers = { ...json, 'content-encoding': coding };
    const small = await openApi(() => ({ headers, body: pack('{"a":1}') }));
    const large = await openApi(() => ({ headers, body: pack(' '.repeat(100_000)) }));

    expect(await small.call({})).toMatchObject({ result: { ResponseBody: { a: 1 } } });
    expect(await large.call({})).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  it('a response in an unknown coding fails with States.Runtime', async () => {
    const { call } = await openApi(() => ({ headers: { 'content-encoding': 'zip' }, body: 'x' }));

    expect(await call({})).toMatchObject({ ok: false, error: 'States.Runtime' });
  });

  it('an answer to HEAD has no body', async () => {
    const { call } = await openApi(() => ({ headers: { 'content-encoding': 'gzip' } }));

    expect(await call({ Method: 'HEAD' })).toMatchObject({ result: { ResponseBody: '' } });
  });

  it('a missing or late response is States.Http.Socket', async () => {
    const { call } = await openApi(() => null, { timeoutMs: 20 });

    expect(await call({})).toMatchObject({ ok: false, error: 'States.Http.Socket' });
    expect(await call({ ApiEndpoint: 'http://127.0.0.1:1/' })).toMatchObject({
      ok: false,
      error: 'States.Http.Socket',
      cause: expect.stringContaining('could not be reached'),
    });
  });
});

describe('a request that http:invoke refuses', () => {
  it.each([
    ['an address without TLS', { ApiEndpoint: 'http://example.com/' }],
    ['another protocol', { ApiEndpoint: 'file:///etc/passwd' }],
    ['no address', { ApiEndpoint: 'orders' }],
    ['an unknown method', { Method: 'BREW' }],
    ['a header that belongs to the connection', { Headers: { Authorization: 'Basic x' } }],
    ['a header of AWS', { Headers: { 'X-Amz-Date': 'now' } }],
    ['a header that HTTP does not allow', { Headers: { 'a b': 'c' } }],
    ['a body with GET', { Method: 'GET', RequestBody: {} }],
    ['an unknown encoding', { RequestBody: {}, Transform: { RequestBodyEncoding: 'ZIP' } }],
  ])('a request with %s fails with States.Runtime and is not sent', async (_, parameters) => {
    const { call, seen } = await openApi();

    expect(await call(parameters)).toMatchObject({ ok: false, error: 'States.Runtime' });
    expect(seen).toEqual([]);
  });

  it('a pattern of http:invoke other than request-response is refused', async () => {
    const { invoker } = await openApi();

    expect(invoker.findRefusal({ resource: `${resource}.waitForTaskToken` })).toContain(
      'only the request-response pattern',
    );
  });
});
