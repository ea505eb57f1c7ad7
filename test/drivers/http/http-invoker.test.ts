/** `http:invoke` against a real server: requests, connections, answers and refusals. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import { HttpInvoker, type HttpInvokerOptions } from '../../../lib/drivers/http/http-invoker.ts';
import { invocationOf } from '../../support/invocation.ts';
import { type SeenRequest, type ServedAnswer, serveLocally } from '../../support/local-server.ts';

const resource = 'arn:aws:states:::http:invoke';
const json = { 'content-type': 'application/json' };

/** An API that answers so, and a way to call it. */
async function openApi(
  answer: (request: SeenRequest) => ServedAnswer | null = () => ({}),
  options: Partial<HttpInvokerOptions> = {},
) {
  const { url, seen } = await serveLocally(answer);
  const standard = { connections: {}, insecureHosts: new Set<string>(), bytesMax: 1_000 };
  const invoker = new HttpInvoker({ ...standard, ...options });
  const call = (parameters: JsonObject) =>
    invoker.invoke(
      invocationOf({
        resource,
        parameters: { ApiEndpoint: `${url}/orders?a=1`, Method: 'POST', ...parameters },
      }),
    );
  return { call, seen, url };
}

describe('a request of http:invoke', () => {
  it('has the method, headers, query and body that the parameters give', async () => {
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

  it('sends a body that is a text as it is, in the type that the definition says', async () => {
    const { call, seen } = await openApi();

    await call({ Headers: { 'Content-Type': 'text/plain' }, RequestBody: 'as it is' });

    expect(seen[0]).toMatchObject({ headers: { 'content-type': 'text/plain' }, body: 'as it is' });
  });

  it.each([
    ['INDICES', 'l%5B0%5D=a&l%5B1%5D=b&m%5Bn%5D=1%202'],
    ['REPEAT', 'l=a&l=b&m%5Bn%5D=1%202'],
    ['COMMAS', 'l=a,b&m%5Bn%5D=1%202'],
    ['BRACKETS', 'l%5B%5D=a&l%5B%5D=b&m%5Bn%5D=1%202'],
  ])('is URL-encoded with lists as %s', async (ArrayFormat, expected) => {
    const { call, seen } = await openApi();

    await call({
      RequestBody: { l: ['a', 'b'], m: { n: '1 2' } },
      Transform: { RequestBodyEncoding: 'URL_ENCODED', RequestEncodingOptions: { ArrayFormat } },
    });

    expect(seen[0]?.body).toBe(expected);
  });
});

describe('a connection', () => {
  const connection = {
    headers: { authorization: 'Basic c2VjcmV0', 'x-one': 'ours' },
    queryParameters: { a: '2' },
    body: { mode: 'ours' },
  };
  const arn = 'arn:aws:events:eu-central-1:123456789012:connection/shop/81210c42';
  const given = { Headers: { 'X-One': 'theirs' }, RequestBody: { mode: 'theirs', n: 1 } };

  it('is found by its ARN or its name, and wins over what the definition says', async () => {
    const { call, seen } = await openApi(() => ({}), { connections: { shop: connection } });

    await call({ ...given, Authentication: { ConnectionArn: arn } });
    await call({ ...given, InvocationConfig: { ConnectionArn: 'shop' } });

    const expected = {
      url: '/orders?a=2',
      headers: { authorization: 'Basic c2VjcmV0', 'x-one': 'ours' },
      body: '{"mode":"ours","n":1}',
    };
    expect(seen).toMatchObject([expected, expected]);
  });

  it('that is a function is asked at each call, and fails the task when it fails', async () => {
    let calls = 0;
    const shop = async () => {
      calls += 1;
      if (calls > 2) throw new Error('the token server is down');
      return { headers: { authorization: `Bearer ${calls}` } };
    };
    const { call, seen } = await openApi(() => ({}), { connections: { shop } });
    const authentication = { Authentication: { ConnectionArn: arn } };

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

  it('that is not configured is refused before it is needed, and fails when it is', async () => {
    const { call, seen } = await openApi();
    const parameters = { Authentication: { ConnectionArn: arn } };
    const invoker = new HttpInvoker({ connections: {}, insecureHosts: new Set(), bytesMax: 1 });

    expect(invoker.refusal({ resource, parameters })).toContain("no connection is named 'shop'");
    expect(invoker.refusal({ resource, parameters: {} })).toBeNull();
    expect(await call(parameters)).toMatchObject({
      ok: false,
      error: 'Events.ConnectionResource.ResourceNotFound',
    });
    expect(seen).toEqual([]);
  });

  it('cannot add to a body that is a text', async () => {
    const { call } = await openApi(() => ({}), { connections: { shop: connection } });

    const answer = await call({ RequestBody: 'text', Authentication: { ConnectionArn: arn } });

    expect(answer).toMatchObject({ ok: false, error: 'States.Runtime' });
  });
});

describe('an answer to http:invoke', () => {
  it('has the headers as lists and the body as JSON where it says that it is', async () => {
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

  it('is a text otherwise, and where JSON was promised and is none', async () => {
    const { call } = await openApi(({ body }) => ({ headers: body ? json : {}, body: '{"a"' }));

    expect(await call({})).toMatchObject({ result: { ResponseBody: '{"a"' } });
    expect(await call({ RequestBody: 'x' })).toMatchObject({ result: { ResponseBody: '{"a"' } });
  });

  it.each([
    [404, 'no such order', 'no such order'],
    [503, '', 'Service Unavailable'],
    [302, '', 'Found'],
  ])(
    'with the status %i fails under it, and is not followed elsewhere',
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

  it('that is larger than a state may hold is not read to its end', async () => {
    const { call } = await openApi(() => ({ body: 'x'.repeat(1_001) }));

    expect(await call({})).toMatchObject({ ok: false, error: 'States.DataLimitExceeded' });
  });

  it('that is no text fails with States.Runtime', async () => {
    const image = await openApi(() => ({ headers: { 'content-type': 'image/png' }, body: 'x' }));
    const bytes = await openApi(() => ({ body: new Uint8Array([0xff, 0xfe]) }));

    for (const { call } of [image, bytes]) {
      expect(await call({})).toMatchObject({ ok: false, error: 'States.Runtime' });
    }
  });

  it('that does not come in time, or not at all, is States.Http.Socket', async () => {
    const { call } = await openApi(() => null, { timeoutMs: 20 });

    expect(await call({})).toMatchObject({ ok: false, error: 'States.Http.Socket' });
    expect(await call({ ApiEndpoint: 'http://127.0.0.1:1/' })).toMatchObject({
      ok: false,
      error: 'States.Http.Socket',
      cause: expect.stringContaining('could not be reached'),
    });
  });
});

describe('what http:invoke does not send', () => {
  it.each([
    ['an address without TLS', { ApiEndpoint: 'http://example.com/' }],
    ['another protocol', { ApiEndpoint: 'file:///etc/passwd' }],
    ['no address', { ApiEndpoint: 'orders' }],
    ['a method of its own', { Method: 'BREW' }],
    ['a header that belongs to the connection', { Headers: { Authorization: 'Basic x' } }],
    ['a header of AWS', { Headers: { 'X-Amz-Date': 'now' } }],
    ['a header that HTTP does not allow', { Headers: { 'a b': 'c' } }],
    ['a body with GET', { Method: 'GET', RequestBody: {} }],
    ['an unknown encoding', { RequestBody: {}, Transform: { RequestBodyEncoding: 'ZIP' } }],
  ])('is %s: the state fails with States.Runtime', async (_, parameters) => {
    const { call, seen } = await openApi();

    expect(await call(parameters)).toMatchObject({ ok: false, error: 'States.Runtime' });
    expect(seen).toEqual([]);
  });

  it('is what any other form of the resource asks for', () => {
    const invoker = new HttpInvoker({ connections: {}, insecureHosts: new Set(), bytesMax: 1 });

    expect(invoker.refusal({ resource: `${resource}.waitForTaskToken` })).toContain('alone');
  });

  it('may go without TLS to a host that the configuration names', async () => {
    const insecureHosts = new Set(['no-such-host.invalid']);
    const { call } = await openApi(() => ({}), { insecureHosts });

    const answer = await call({ ApiEndpoint: 'http://no-such-host.invalid/' });

    expect(answer).toMatchObject({ ok: false, error: 'States.Http.Socket' });
  });
});
