/** Which addresses Tasks may call, and that the address which was checked is the one called. */
import { Resolver } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { CallTargets, type CallTargetsOptions } from '../../../lib/drivers/http/call-targets.ts';
import { exchange } from '../../../lib/drivers/http/http-exchange.ts';
import type { ResolveName } from '../../../lib/drivers/http/public-lookup.ts';
import { serveLocally } from '../../support/local-server.ts';
import { serveNames } from '../../support/name-server.ts';

function targetsOf(options: Partial<CallTargetsOptions> = {}): CallTargets {
  return new CallTargets({ insecureHosts: new Set(), privateHosts: new Set(), ...options });
}

/** Resolves names by the server at `place`, as the system's resolver does by its own. */
function resolverAt(place: string): ResolveName {
  const resolver = new Resolver();
  resolver.setServers([place]);
  return (hostname, _, callback) =>
    resolver.resolve4(hostname, (error, addresses) => {
      const found = (addresses ?? []).map((address) => ({ address, family: 4 }));
      callback(error, found);
    });
}

function get(url: string, targets: CallTargets) {
  const request = { url: targets.parse(url), method: 'GET', headers: new Headers() };
  const limits = { timeoutMs: 5_000, bytesMax: 1_000, targets };
  return exchange(request, new AbortController().signal, limits, 'Socket');
}

describe('an address that a Task may call', () => {
  it.each([
    'https://api.example.com/',
    'https://8.8.8.8/',
    'https://[2606:4700::1]/',
    'https://metadata.example/',
  ])('%s is called', (url) => {
    expect(targetsOf().findFault(url)).toBeNull();
  });

  it.each([
    'http://127.0.0.1:9001/',
    'https://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://localhost/',
    'https://localhost./',
    'https://db.localhost/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.170.2/v2/credentials',
    'https://0.0.0.0/',
    'https://100.64.0.1/',
  ])('%s is refused as a private address', (url) => {
    expect(targetsOf().findFault(url)).toContain('has a private address: name it in privateHosts');
  });

  it.each(['http://api.example.com/', 'ftp://api.example.com/', 'file:///etc/passwd', 'orders'])(
    '%s is refused for its form',
    (url) => {
      expect(targetsOf().findFault(url)).toMatch(/ApiEndpoint must (?:begin with https|be a URL)/);
    },
  );

  it('a host that the configuration names may be private, with one port or with any', () => {
    const targets = targetsOf({ privateHosts: new Set(['127.0.0.1:8080', '[::1]', 'db.in:443']) });

    for (const url of ['http://127.0.0.1:8080/', 'https://[::1]:9/', 'https://db.in/']) {
      expect(targets.findFault(url)).toBeNull();
    }
    expect(targets.findFault('http://127.0.0.1:9001/')).toContain('privateHosts');
  });

  it('inside a Lambda function no private address is called, whatever the configuration names', () => {
    const privateHosts = new Set(['127.0.0.1']);
    const targets = targetsOf({ privateHosts, isPublicOnly: true });

    expect(targets.findFault('http://127.0.0.1:9001/')).toContain('inside a Lambda function');
  });
});

describe('a name that a Task calls', () => {
  it('a name that resolves to a private address is not connected to', async () => {
    const server = await serveLocally(() => ({}));
    const { port } = new URL(server.url);
    const names = await serveNames(() => ['127.0.0.1']);
    const insecureHosts = new Set(['api.example.com']);
    const targets = targetsOf({ insecureHosts, resolve: resolverAt(names.place) });

    await expect(get(`http://api.example.com:${port}/`, targets)).rejects.toMatchObject({
      error: 'States.Runtime',
      message: expect.stringContaining('api.example.com has a private address'),
    });
    expect(server.seen).toEqual([]);
  });

  it('one private address among public ones refuses the name', async () => {
    const names = await serveNames(() => ['93.184.215.14', '10.0.0.1']);
    const targets = targetsOf({ resolve: resolverAt(names.place) });

    await expect(get('https://api.example.com/', targets)).rejects.toMatchObject({
      error: 'States.Runtime',
    });
  });

  it('a name that is rebound to a private address reaches no server here', async () => {
    const server = await serveLocally(() => ({}));
    const { port } = new URL(server.url);
    // The answer to any second question is this machine, as an attacker's name server gives it.
    const names = await serveNames((asked) => [asked === 1 ? '192.0.2.1' : '127.0.0.1']);
    const resolve = resolverAt(names.place);
    const targets = targetsOf({ insecureHosts: new Set(['rebound.example']), resolve });

    const url = `http://rebound.example:${port}/`;
    await expect(get(url, targets)).rejects.toMatchObject({ error: 'States.Runtime' });
    await expect(get(url, targets)).rejects.toMatchObject({ error: 'States.Runtime' });

    expect(names.asked).toBe(2);
    expect(server.seen).toEqual([]);
  });

  it('a name in privateHosts is resolved and called, with its own name as the host', async () => {
    const server = await serveLocally(() => ({ body: 'fine' }));
    const { port } = new URL(server.url);
    const targets = targetsOf({ privateHosts: new Set([`localhost:${port}`]) });

    expect(await get(`http://localhost:${port}/`, targets)).toMatchObject({ ResponseBody: 'fine' });
    expect(server.seen[0]?.headers.host).toBe(`localhost:${port}`);
  });
});
