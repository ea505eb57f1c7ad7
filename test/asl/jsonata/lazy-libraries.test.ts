/** What stands for the packages of JSONata in bundles. */

import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import callJsonata from '../../../lib/asl/jsonata/lazy-jsonata.ts';
import { RE2JS } from '../../../lib/asl/jsonata/lazy-re2js.ts';

describe('lazy libraries', () => {
  beforeAll(() => {
    // Bundles begin with it.
    vi.stubGlobal('require', createRequire(import.meta.url));
    return () => vi.unstubAllGlobals();
  });

  it('the lazy jsonata evaluates an expression as the library does', async () => {
    expect(await callJsonata('$sum(a) + 1').evaluate({ a: [1, 2] })).toBe(4);
  });

  it('the lazy re2js compiles a pattern with flags as the library does', () => {
    const flags = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE;

    const pattern = RE2JS.compile(RE2JS.translateRegExp('^b+'), flags);

    expect(pattern.matcher('a\nBB').find()).toBe(true);
  });
});
