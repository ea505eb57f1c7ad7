/** The package in projects of users: what it contains, and the README's tutorial. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployPackages } from '../../lib/cli/init/deploy-packages.ts';
import type { RehearsalReport } from '../../rehearsal/report/report.ts';
import { codeBlocks, readDocument, root } from '../docs/markdown.ts';
import { noRedis, startRedis } from '../support/redis-server.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { type Ended, type Installation, installPackage } from './packed-package.ts';

let installation: Installation;

beforeAll(async () => {
  installation = await installPackage();
});

afterAll(() => installation?.remove());

/** The files of the README's tutorial. */
const tutorial: Readonly<Record<string, string>> = Object.fromEntries(
  codeBlocks(readDocument('README.md'))
    .filter(({ language, note }) => language !== 'sh' && note !== '')
    .map(({ note, text }) => [note, text]),
);

/** What a project installs besides, for AWS. */
const optionalPackages = Object.keys(JSON.parse(readDocument('package.json')).peerDependencies);

/** A rehearsal mostly waits, for schedules and for processes to start. */
const rehearsalMsMax = 1_800_000;

const majors = ['22', '24'];
const module = { 'package.json': '{ "type": "module" }' };

function succeeded({ status, stderr }: Pick<Ended, 'status' | 'stderr'>): void {
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
}

describe('the tarball', () => {
  it('the tarball contains the build and the page, and neither sources nor tests', () => {
    const { files } = installation;
    const folders = new Set(files.map((path) => path.split('/')[0]));

    expect(files).toContain('dist/program/index.js');
    expect(files).toContain('dist/lib/index.d.ts');
    expect(files).toContain('dashboard/dist/index.html');
    expect(files.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
    expect([...folders].toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dashboard',
      'dist',
      'monitoring',
      'package.json',
      'schemas',
    ]);
  });
});

describe('a release', () => {
  it('a dry run shows the changes of a release and the publishing of its tarball', () => {
    const release = (...words: string[]) =>
      spawnSync(process.execPath, [join(root, 'bin/release/release.ts'), '--dry-run', ...words], {
        encoding: 'utf8',
      });
    const repository = 'https://git.example.com/millrace';
    const { tarball } = installation;

    const prepared = release('minor');
    const published = release('--publish', '--repository', repository, '--tarball', tarball);

    for (const each of [prepared, published]) succeeded(each);
    expect(prepared.stdout).toMatch(/^version \d+\.\d+\.\d+ → \d+\.\d+\.0\n\n### /);
    expect(published.stdout).toMatch(/^millrace [\d.]+: [\d,]+ KB\nwould run npm publish --prov/);
  });
});

describe.each(majors)('on Node %s', (major) => {
  it.concurrent(`the command line runs the tutorial on Node ${major}`, async () => {
    const project = installation.project({ ...tutorial, ...module });
    const validated = await project.millrace(major, 'validate', 'order.asl.json');
    const input = '{"id": "A-0", "cents": 1999}';
    const once = await project.millrace(major, 'run', 'order.asl.json', '--input', input);
    const batch = await project.millrace(major, 'batch', 'start', 'orders', '--json');
    const found = await project.millrace(major, 'execution', 'get', 'order:A-2');

    for (const each of [validated, once, batch, found]) succeeded(each);
    expect(once.stdout).toContain('"outcome": "shipped"');
    expect(JSON.parse(batch.stdout)).toMatchObject({ status: 'SUCCEEDED', succeeded: 3 });
    expect(found.stdout).toContain('"outcome":"cancelled","why":"CardRefused"');
  });

  it.concurrent(`a program runs an execution and a batch on Node ${major}`, async () => {
    const project = installation.project({ ...tutorial, ...module });

    const { stdout, ...rest } = await project.node(major, 'program.ts');

    succeeded(rest);
    expect(stdout).toMatch(/^SUCCEEDED \{ order: 'B-1', outcome: 'shipped',/);
    expect(stdout).toMatch(/SUCCEEDED 2\n$/);
  });

  it.concurrent(`CommonJS loads the package by require on Node ${major}`, async () => {
    const common = installation.project({
      'program.cjs': `
        const { openMillrace, defineConfig } = require('millrace');
        const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
        openMillrace({ config: defineConfig({ machines: { m: { definition } }, store: 'memory' }) })
          .then(async (app) => {
            const { status } = await app.machine('m').execute({});
            await app.close();
            console.log(status);
          });
      `,
    });

    const result = await common.node(major, 'program.cjs');

    succeeded(result);
    expect(result.stdout).toBe('SUCCEEDED\n');
  });

  it.concurrent(`TypeScript that Node itself refuses is a configuration on Node ${major}`, async () => {
    const typed = installation.project({
      'package.json': '{ "type": "commonjs" }',
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      'millrace.config.ts': `
        import { defineConfig, HandlerContext } from 'millrace';
        import { paint } from './src/paint.js';
        import { shade } from '@/shade';
        enum Color { Red = 'red' }
        const handler = async (_input: unknown, _context: HandlerContext) =>
          [Color.Red, await paint(), shade()].join(' ');
        export default defineConfig({
          machines: { m: { definition: './m.asl.json' } },
          handlers: { handler },
          store: 'memory',
        });
      `,
      'm.asl.json': JSON.stringify({
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: 'handler', End: true } },
      }),
      'src/paint.ts': "import { brush } from './brush'; export const paint = async () => brush;",
      'src/brush.ts': "export const brush: string = 'brush';",
      'src/shade.ts': "export const shade = () => 'shade';",
    });

    const result = await typed.millrace(major, 'run', 'm.asl.json');

    succeeded(result);
    expect(result.stdout).toContain('"red brush shade"');
  });
});

describe('a project', () => {
  it.concurrent('a configuration in plain JavaScript is found and run', async () => {
    const plain = installation.project({
      ...module,
      'millrace.config.js': `
        import { defineConfig } from 'millrace';
        const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
        const batches = { b: { machine: 'm', source: { kind: 'items', items: [1, 2] } } };
        export default defineConfig({ machines: { m: { definition } }, batches });
      `,
    });

    const batch = await plain.millrace('24', 'batch', 'start', 'b', '--store', 'memory', '--json');

    succeeded(batch);
    expect(JSON.parse(batch.stdout)).toMatchObject({ status: 'SUCCEEDED', succeeded: 2 });
  });

  it.concurrent.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'a project with the module %s and the resolution %s has no type errors',
    async (kind, resolution) => {
      const typed = installation.project(
        {
          ...module,
          ...tutorial,
          'testing.ts': "import * as testing from 'millrace/testing';\nconsole.log(testing);\n",
          'tsconfig.json': JSON.stringify({
            compilerOptions: {
              module: kind,
              moduleResolution: resolution,
              target: 'es2022',
              lib: ['es2022'],
              types: ['node'],
              strict: true,
              noEmit: true,
              allowImportingTsExtensions: true,
            },
            include: ['*.ts'],
          }),
        },
        ['@types/node', 'undici-types'],
      );

      const checked = await typed.node(
        '24',
        join(root, 'node_modules/typescript/bin/tsc'),
        '-p',
        '.',
      );

      expect(checked.stdout).toBe('');
      expect(checked.status).toBe(0);
    },
  );

  it.skipIf(noRedis !== null || !hasPostgres)(
    'a project enqueues over Redis and runs what it has enqueued',
    async () => {
      const redis = await startRedis();
      const { url } = await createTestDatabase();
      const project = installation.project({
        ...module,
        ...tutorial,
        'queued.ts': `
          import { openMillrace } from 'millrace';
          import config from './millrace.config.ts';
          const settings = { store: 'postgres', postgresUrl: '${url}', broker: 'redis' } as const;
          const app = await openMillrace({
            config: { ...config, ...settings, redis: { url: '${redis.url}' } },
          });
          await app.start();
          const input = { id: 'C-1', cents: 5 };
          const { executionId } = await app.executions.start({ machineId: 'order', input });
          const ended = await app.executions.wait(executionId);
          console.log(ended?.status);
          await app.close();
        `,
      });
      try {
        const result = await project.node('24', 'queued.ts');

        succeeded(result);
        expect(result.stdout).toBe('SUCCEEDED\n');
      } finally {
        await redis.stop();
      }
    },
  );

  it.concurrent('a CDK app synthesises the construct of the package', async () => {
    const project = installation.project(
      {
        ...module,
        ...tutorial,
        'app.ts': `
          import { App, Stack } from 'aws-cdk-lib';
          import { describeApp } from 'millrace';
          import { Millrace } from 'millrace/infra';
          const app = new App({ outdir: 'cdk.out' });
          new Millrace(new Stack(app, 'Orders'), 'Millrace', {
            app: await describeApp('millrace.config.ts'),
          });
          app.synth();
        `,
      },
      optionalPackages,
    );

    succeeded(await project.node('24', 'app.ts'));

    const template = JSON.parse(
      readFileSync(join(project.folder, 'cdk.out/Orders.template.json'), 'utf8'),
    );
    const types = Object.values(template.Resources).map((each) => (each as { Type: string }).Type);
    expect(types.filter((type) => type === 'AWS::Lambda::Function').length).toBeGreaterThan(4);
  });

  it.concurrent('create-millrace writes a project that installs the same Millrace', async () => {
    const program = readDocument('create-millrace/index.js').replace(/^#!.*\n/, '');
    const project = installation.project({ 'create.mjs': program });

    succeeded(await project.node('24', 'create.mjs', 'shop', '--language', 'js'));

    const manifest = readFileSync(join(project.folder, 'shop/package.json'), 'utf8');
    expect(JSON.parse(manifest).dependencies).toEqual({ millrace: `file:${installation.tarball}` });
  });

  it.concurrent(
    'a project that init --cdk writes is synthesised and rehearsed with the packages that it names',
    async () => {
      const project = installation.project({}, Object.keys(deployPackages));
      succeeded(await project.millrace('24', 'init', '--cdk'));

      const rehearse = ['rehearse', '--quick', '--batch', 'orders', '--json', 'report.json'];
      await project.millrace('24', ...rehearse);

      const report = JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8'));
      const { passed, firstCause, steps } = report as RehearsalReport;
      expect({ passed, firstCause }).toEqual({ passed: true, firstCause: null });
      const laptop = steps.find(({ name }) => name.startsWith('millrace dashboard on a laptop'));
      expect(laptop).toMatchObject({ verdict: 'passed' });
    },
    rehearsalMsMax,
  );
});
