/** Which locks a server needs where: decided before it starts. */
import { describe, expect, it } from 'vitest';
import { type AccessSettings, decideAccess } from '../../lib/server/access/decide-access.ts';
import { tokenList } from './test-server.ts';

const tls = { cert: 'cert', key: 'key' };

/** Returns why a server does not start; null when it does. */
function refusal(host: string, settings: AccessSettings): string | null {
  try {
    decideAccess(host, settings);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a place that others reach', () => {
  const allowed: [string, string, AccessSettings][] = [
    ['loopback needs nothing', '127.0.0.1', {}],
    ['another address of loopback needs nothing', '127.8.8.8', {}],
    ['IPv6 loopback needs nothing', '::1', {}],
    ['loopback by name needs nothing', 'localhost', {}],
    ['a container whose port is published on loopback', '0.0.0.0', { published: '127.0.0.1:8080' }],
    ['tokens and TLS', '0.0.0.0', { tokens: tokenList, tls }],
    ['tokens behind a proxy', '10.0.0.1', { tokens: tokenList, behindProxy: '10.0.0.7' }],
    [
      'a proxy that logs users in',
      '10.0.0.1',
      { behindProxy: '10.0.0.0/24,::1', userHeader: 'x-user' },
    ],
  ];
  it.each(allowed)('a server starts: %s', (_, host, settings) => {
    expect(refusal(host, settings)).toBeNull();
  });

  const refused: [string, string, AccessSettings, RegExp][] = [
    ['without tokens', '0.0.0.0', {}, /0\.0\.0\.0.*needs tokens: set DASHBOARD_TOKENS/],
    ['by a name without tokens', 'mill.example', { tls }, /mill\.example.*needs tokens/],
    ['with tokens over plain HTTP', '::', { tokens: tokenList }, /plain HTTP.*--tls-cert/],
    [
      'at loopback behind a proxy without tokens',
      '127.0.0.1',
      { behindProxy: '127.0.0.1' },
      /needs tokens/,
    ],
    [
      'when its port is published without tokens',
      '0.0.0.0',
      { published: '0.0.0.0:8080' },
      /--published.*needs tokens/,
    ],
    ['with a user header and no proxy', '127.0.0.1', { userHeader: 'x-user' }, /--behind-proxy/],
    [
      'with the name of a proxy',
      '10.0.0.1',
      { behindProxy: 'proxy', tokens: tokenList },
      /IP addresses or networks.*'proxy'/,
    ],
    [
      'with a network that is too narrow',
      '10.0.0.1',
      { behindProxy: '10.0.0.0/33', tokens: tokenList },
      /found '10\.0\.0\.0\/33'/,
    ],
    [
      'with a role that does not exist',
      '127.0.0.1',
      { behindProxy: '::1', userHeader: 'x-user', roleOf: 'admins=root' },
      /--role-of.*'admins=root'/,
    ],
    ['with an odd header', '::1', { behindProxy: '::1', userHeader: 'a b' }, /name of a header/],
    ['with an odd place', '0.0.0.0', { published: '8080' }, /--published must be host:port/],
    ['with an odd path', '127.0.0.1', { basePath: '/a"b' }, /--base-path must be a path/],
  ];
  it.each(refused)('a server does not start %s', (_, host, settings, message) => {
    expect(refusal(host, settings)).toMatch(message);
  });
});

describe('the list of tokens', () => {
  const long = 'a'.repeat(32);

  it('a token needs a role, 32 characters, and a name that fits into a log', () => {
    const faults = [
      [`owner:${'a'.repeat(31)}`, /at least 32 printable ASCII characters, found 31/],
      [`root:${long}`, /one of reader, operator, owner/],
      [long, /one of reader, operator, owner/],
      [`owner:a/b:${long}`, /name of 1 to 64/],
      [`owner:${'ü'.repeat(32)}`, /printable ASCII/],
      [`owner:${long},reader:${long}`, /entry 2.*one that was given before/],
    ] as const;

    for (const [tokens, message] of faults) {
      expect(refusal('127.0.0.1', { tokens })).toMatch(message);
    }
  });

  it('the refusal of a token never shows it', () => {
    for (const tokens of [`root:SECRET-${long}`, 'owner:SECRET', `owner:a/b:SECRET-${long}`]) {
      expect(refusal('127.0.0.1', { tokens })).not.toContain('SECRET');
    }
  });

  it('tokens are separated by commas, blanks or line breaks', () => {
    const tokens = `owner:${long}1,\n reader:${long}2 operator:ada:${long}3`;

    expect(decideAccess('127.0.0.1', { tokens }).tokens).toMatchObject([
      { name: 'owner', role: 'owner' },
      { name: 'reader', role: 'reader' },
      { name: 'ada', role: 'operator' },
    ]);
  });
});
