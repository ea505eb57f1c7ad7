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
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
  });
});
