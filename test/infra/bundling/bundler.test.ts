/** The bundles of the functions: small, and the same on every machine. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import { Bundler, type FunctionName } from '../../../lib/infra/bundling/bundler.ts';
import { exampleApp, synthesisMs } from '../infra-app.ts';

const names: readonly FunctionName[] = [
  'leader',
  'worker',
  'archiver',
  'api',
  'step-functions',
  'dashboard',
  'migrate',
];

describe('Bundler', () => {
  let app: AppDescription;
  let bundler: Bundler;

  beforeAll(async () => {
    app = await exampleApp();
    bundler = new Bundler(app);
    for (const name of names) bundler.bundle(name);
  }, synthesisMs);
  afterAll(() => bundler.close());

  it.each(names)('the function %s loads less than 1 MB at a cold start', (name) => {
    expect(bundler.bundle(name).bytes).toBeLessThan(1_310_720);
  });

  it('the migrate function loads neither the engine nor the query languages', () => {
    expect(bundler.bundle('migrate').bytes).toBeLessThan(150_000);
  });

  it('a function is bundled once, however often its bundle is requested', () => {
    expect(bundler.bundle('worker')).toBe(bundler.bundle('worker'));
  });

  it('a bundle contains the definitions of the app instead of the reader of definition files', () => {
    const { folder } = bundler.bundle('worker');
    const modules = readdirSync(folder).filter((file) => file.endsWith('.mjs'));
    const withDefinition = modules.filter((file) =>
      readFileSync(join(folder, file), 'utf8').includes('Validate report'),
    );

    expect(withDefinition).not.toEqual([]);
    expect(modules.filter((file) => file.startsWith('read-definition'))).toEqual([]);
  });

  it('the same sources give the same bundles and source maps', () => {
    const again = new Bundler(app);
    const [first, second] = [bundler, again].map((each) => each.bundle('worker').folder);
    const files = readdirSync(first ?? '');

    expect(readdirSync(second ?? '')).toEqual(files);
    for (const file of files) {
      expect(readFileSync(join(second ?? '', file))).toEqual(readFileSync(join(first ?? '', file)));
    }
    again.close();
  });

  it('a bundle contains the clients of the services that definitions call, and loads none at a start', async () => {
    const clientPackages = ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sns'];
    const fields = { type: 'STANDARD' as const, definition: {}, awsResources: [] };
    const machine = { id: 'order', ...fields, clientPackages };
    const calling = new Bundler({ ...app, machines: [machine] }, { assumesRole: true });
    onTestFinished(() => calling.close());

    const { folder, bytes } = calling.bundle('worker');
    const modules = readdirSync(folder).filter((file) => file.endsWith('.mjs'));
    const texts = modules.map((file) => readFileSync(join(folder, file), 'utf8')).join();

    for (const text of ['DynamoDB_20120810', 'AmazonSimpleNotificationService', 'AssumeRole']) {
      expect(texts).toContain(text);
    }
    expect(bytes - bundler.bundle('worker').bytes).toBeLessThan(20_000);
  });

  it('a bundle over the limit is refused with its largest packages', () => {
    const small = new Bundler(app, { bytesMax: 1_000 });

    expect(() => small.bundle('migrate')).toThrow(/may load 1 KB; the largest packages are\n.*KB/);
    small.close();
  });

  it('an app that cannot be bundled is refused with the function and the reason', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bundler-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const configFile = join(folder, 'millrace.config.ts');
    writeFileSync(configFile, "import 'not-installed';\nexport default { machines: {} };\n");
    const broken = new Bundler({ ...app, configFile });
    onTestFinished(() => broken.close());

    expect(() => broken.bundle('worker')).toThrow(
      expect.objectContaining({
        code: 'INVALID_CONFIGURATION',
        message: expect.stringMatching(
          /^the function worker cannot be bundled .*npm install --save-dev not-installed\n/s,
        ),
      }),
    );
  });
});
