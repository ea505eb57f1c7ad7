/** What a function loads at a cold start. */
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { checkBundleSize } from '../../../lib/infra/bundling/check-bundle-size.ts';

function output(bytes: number, changes: Partial<Metafile['outputs'][string]> = {}) {
  return { bytes, inputs: {}, imports: [], exports: [], ...changes };
}

const metafile: Metafile = {
  inputs: {},
  outputs: {
    'index.mjs': output(100, {
      exports: ['handler'],
      imports: [
        { path: 'shared.mjs', kind: 'import-statement' },
        { path: 'lazy.mjs', kind: 'dynamic-import' },
      ],
      inputs: {
        'lib/lambda/api.ts': { bytesInOutput: 60 },
        'lib/lambda/b.ts': { bytesInOutput: 40 },
      },
    }),
    'shared.mjs': output(3_000, {
      imports: [{ path: 'index.mjs', kind: 'import-statement' }],
      inputs: {
        'node_modules/@scope/package/index.js': { bytesInOutput: 2_000 },
        'node_modules/a/node_modules/b/index.js': { bytesInOutput: 1_000 },
      },
    }),
    'lazy.mjs': output(50_000),
  },
};

describe('checkBundleSize', () => {
  it('static imports count for a cold start and dynamic imports do not', () => {
    expect(checkBundleSize('api', metafile)).toBe(3_100);
  });

  it('a bundle at its maximum size is accepted', () => {
    expect(checkBundleSize('api', metafile, 3_100)).toBe(3_100);
  });

  it('a bundle that is too large is refused with its largest packages', () => {
    expect(() => checkBundleSize('api', metafile, 3_099)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(
          /^the function api would load 4 KB .*\n {2}@scope\/package: 2 KB\n {2}b: 1 KB\n {2}lib\/lambda: 1 KB\n/,
        ),
        fields: { function: 'api', bytes: 3_100 },
      }),
    );
  });
});
