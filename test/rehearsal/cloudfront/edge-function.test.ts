/** What the functions of CloudFront do with requests, and how paths find their origin. */
import { describe, expect, it } from 'vitest';
import { apiRequestCode, pageRequestCode } from '../../../lib/infra/dashboard/viewer-requests.ts';
import { matchesPathPattern } from '../../../rehearsal/cloudfront/distribution.ts';
import { runEdgeFunction } from '../../../rehearsal/cloudfront/edge-function.ts';

const headers = { host: 'mill.example.com', 'x-forwarded-host': 'evil.example' };

describe('runEdgeFunction', () => {
  it.each([
    ['/', '/index.html'],
    ['/executions/order%3AA-77', '/index.html'],
    ['/batches/x.js', '/index.html'],
    ['/assets/index-Ab3dE5gH.js', '/assets/index-Ab3dE5gH.js'],
  ])('the address %s is answered with the file %s', (uri, expected) => {
    const passed = runEdgeFunction(pageRequestCode, { method: 'GET', uri, headers });

    expect(passed).toEqual({ method: 'GET', uri: expected, headers });
  });

  it('the function behind gets the name that the browser uses, whatever the browser says', () => {
    const request = { method: 'POST', uri: '/v1/orders', headers };

    expect(runEdgeFunction(apiRequestCode, request)).toEqual({
      ...request,
      headers: { host: 'mill.example.com', 'x-forwarded-host': 'mill.example.com' },
    });
  });

  it('a function of CloudFront that never returns is ended', () => {
    const code = 'function handler() { for (;;) {} }';
    const request = { method: 'GET', uri: '/', headers };

    expect(() => runEdgeFunction(code, request)).toThrow(/timed out/);
  });
});

describe('matchesPathPattern', () => {
  it.each([
    ['/v1/*', '/v1/batches/a', true],
    ['/v1/*', '/v1', false],
    ['/v1/*', '/x/v1/batches', false],
    ['/a?.png', '/a1.png', true],
    ['/a.png', '/aXpng', false],
    ['*', '/anything', true],
  ])('the pattern %s and the path %s: %s', (pattern, path, expected) => {
    expect(matchesPathPattern(pattern, path)).toBe(expected);
  });
});
