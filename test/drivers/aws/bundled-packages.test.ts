/** Packages of the SDK that are part of the program. */
import { describe, expect, it } from 'vitest';
import { addBundledPackages } from '../../../lib/drivers/aws/bundled-packages.ts';
import { SdkLoader } from '../../../lib/drivers/aws/sdk-loader.ts';

describe('SdkLoader', () => {
  it('a package that is part of the program is loaded from there, and others are not installed', async () => {
    const name = '@aws-sdk/client-only-in-this-test';
    addBundledPackages({ [name]: async () => ({ OnlyClient: 'bundled' }) });
    const loader = new SdkLoader('/');

    expect(loader.findProblem(name)).toBeNull();
    expect(await loader.load(name)).toEqual({ OnlyClient: 'bundled' });
    expect(await loader.loadDependency('any', name)).toEqual({ OnlyClient: 'bundled' });
    expect(loader.findProblem(`${name}-2`)).toContain('npm install @aws-sdk/client-only');
  });
});
