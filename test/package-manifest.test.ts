/** package.json names what is loaded, and the same version as the sources. */
import { describe, expect, it } from 'vitest';
import { version } from '../lib/config/version.ts';
import { readDocument, root } from './docs/markdown.ts';
import { importsOf } from './tidy/imports.ts';
import { readSourceFiles } from './tidy/source-file.ts';

const manifest = JSON.parse(readDocument('package.json'));
const files = new Map(readSourceFiles(root).map((file) => [file.path, file]));

/** Returns the packages that are loaded with a file, each with the import that loads it. */
function packagesOf(entry: string): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set([entry]);
  for (const path of seen) {
    const file = files.get(path);
    if (file === undefined) continue;
    for (const { specifier, target, typeOnly, lazy, line } of importsOf(file)) {
      if (typeOnly || lazy || specifier.startsWith('node:')) continue;
      if (target !== undefined) seen.add(target);
      else packages.set(/^#?((?:@[^/]+\/)?[^/]+)/.exec(specifier)?.[1] ?? '', `${path}:${line}`);
    }
  }
  return packages;
}

describe('package.json', () => {
  it.each(['bin/millrace.ts', 'lib/index.ts', 'lib/testing/index.ts'])(
    'every package that %s loads at its start is a dependency',
    (entry) => {
      const others = [...packagesOf(entry)].filter(([name]) => !(name in manifest.dependencies));

      expect(others).toEqual([]);
    },
  );

  it('the version in the sources is that of package.json and of its lock file', () => {
    const lock = JSON.parse(readDocument('package-lock.json'));

    expect([manifest.version, lock.version, lock.packages[''].version]).toEqual(
      Array(3).fill(version),
    );
  });

  it('a peer accepts no major version later than the one that is tested', () => {
    const open = Object.entries<string>(manifest.peerDependencies).filter(
      ([, range]) => !range.startsWith('^') && !range.includes(' <'),
    );

    expect(open).toEqual([]);
  });
});
