/** Bundles are small, and the same wherever and whenever they are made. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import { Bundler, type FunctionName } from '../../../lib/infra/bundling/bundler.ts';
import { exampleApp, synthesisMs } from '../infra-app.ts';

const names: readonly FunctionName[] = ['leader', 'worker', 'archiver', 'api', 'migrate'];

describe('The bundles', () => {
  let app: AppDescription;
  let bundler: Bundler;

  beforeAll(async () => {
    app = await exampleApp();
    bundler = new Bundler(app);
    for (const name of names) bundler.bundle(name);
  }, synthesisMs);
  afterAll(() => bundler.close());

  it.each(names)('let the function %s load less than 1 MB at a cold start', (name) => {
    expect(bundler.bundle(name).bytes).toBeLessThan(1_048_576);
  });

  it('are the same bytes each time, source maps too', () => {
    const again = new Bundler(app);
    const [first, second] = [bundler, again].map((each) => each.bundle('worker').folder);
    const files = readdirSync(first ?? '');

    expect(readdirSync(second ?? '')).toEqual(files);
    for (const file of files) {
      expect(readFileSync(join(second ?? '', file))).toEqual(readFileSync(join(first ?? '', file)));
    }
    again.close();
  });

  it('name the largest of what they are made of when they are too large', () => {
    const small = new Bundler(app, { bytesMax: 1_000 });

    expect(() => small.bundle('migrate')).toThrow(/may load 1 KB; the largest of it are\n.*KB/);
    small.close();
  });
});
