/** Requests that pages of other sites can make a browser send, to an API that a program serves. */
import { describe, expect, it } from 'vitest';
import { findHostFault } from '../../lib/api/request-origin.ts';
import { openStubApi, type StubApi } from '../support/stub-api.ts';

const json = { 'content-type': 'application/json' };
const purge = '/v1/queues/default/purge';
const purged = { queue: 'default', purged: 0 };

function openApi(options: Parameters<typeof openStubApi>[1] = {}) {
  return openStubApi({ purgeQueue: async () => purged }, options);
}

/** Sends a change without a body. */
async function change({ api }: StubApi, headers: Record<string, string>, host = 'localhost') {
  const request = new Request(`http://${host}${purge}`, { method: 'POST', headers });
  return (await api.fetch(request)).status;
}

describe('a change without a body', () => {
  it.each([
    ['no header', {}],
    ["a form's media type", { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['a type that only looks like JSON', { 'content-type': 'text/plain; a=application/json' }],
    ["a browser's own credentials", { authorization: 'Basic b3duZXI6cHc=' }],
  ])('a change with %s is refused, as a form could have sent it', async (_, headers) => {
    const stub = openApi();

    expect(await change(stub, headers as Record<string, string>)).toBe(415);
    expect(stub.requests).toEqual([]);
  });

  it.each([
    ["JSON's media type", json],
    ['a header of programs', { 'x-millrace-request': '1' }],
    ['a bearer token', { authorization: 'Bearer abc' }],
    ['a signature of AWS', { 'x-amz-date': '20261124T000000Z' }],
    ['the page itself as its origin', { 'sec-fetch-site': 'same-origin' }],
  ])('a change with %s is made', async (_, headers) => {
    expect(await change(openApi(), headers as Record<string, string>)).toBe(200);
  });
});

describe('the origin of a change', () => {
  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('a page of another origin changes nothing: %j', async (headers) => {
    const stub = openApi();

    expect(await change(stub, { ...json, ...(headers as Record<string, string>) })).toBe(403);
    expect(stub.requests).toEqual([]);
  });

  it('an equal origin is accepted, as the transport or the host of the request names it', async () => {
    const stub = openApi();
    const request = (origin: string) =>
      new Request(`http://localhost${purge}`, { method: 'POST', headers: { ...json, origin } });

    const own = await stub.api.fetch(request('http://localhost'));
    const proxied = await stub.api.fetch(request('https://mill.example'), {
      origins: ['https://mill.example'],
    });

    expect([own.status, proxied.status]).toEqual([200, 200]);
  });
});

describe('the host of a request to an API', () => {
  it('a name that a foreign site has given this machine reaches nothing', async () => {
    const { api, requests } = openApi();
    const ask = async (path: string, host: string) =>
      (await api.fetch(new Request(`http://localhost${path}`, { headers: { host } }))).status;

    expect(await ask('/v1/batches', 'evil.example')).toBe(403);
    expect(await ask('/v1/batches', 'localhost:8080')).not.toBe(403);
    expect(await ask('/health', '10.0.0.9')).toBe(200);
    expect(requests.map(({ name }) => name)).toEqual(['listBatches', 'getHealth']);
  });

  it('allowedHosts names other hosts, and any leaves the check to the transport', async () => {
    const named = openApi({ allowedHosts: ['mill.example'] });
    const any = openApi({ allowedHosts: 'any' });

    expect(await change(named, json, 'mill.example')).toBe(200);
    expect(await change(named, json, 'localhost')).toBe(403);
    expect(await change(any, json, 'anything.example')).toBe(200);
  });

  it('an allowed host without a port may be called at any port, with one only there', () => {
    expect(findHostFault('Mill.example:9000', ['mill.example'])).toBeNull();
    expect(findHostFault('localhost:9000', ['localhost:9000'])).toBeNull();
    expect(findHostFault('[::1]:8080', ['[::1]'])).toBeNull();
    expect(findHostFault('localhost:9001', ['localhost:9000'])).toContain('localhost:9000');
    expect(findHostFault('mill.example.evil', ['mill.example'])).not.toBeNull();
    expect(findHostFault('', ['localhost'])).not.toBeNull();
  });
});
