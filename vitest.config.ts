/**
 * Runs every `*.test.ts` below test/. Files run one after another in few processes, because loading
 * the same modules and compiling PGlite again for each file took as long as the tests. Those of
 * `pure` test code without I/O; those of `services` may use databases and brokers. The few files of
 * `isolated` have a process of their own.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const pure = [
  'test/{asl,batch,cases,engine,graph,mocks,retry,test-state,testing}/**/*.test.ts',
  'test/roles/{batch,callbacks,delivery}/**/*.test.ts',
  'test/rehearsal/{iam,services,template}/**/*.test.ts',
];

/**
 * The CDK keeps what was acknowledged per process, simulations fill the heap, and whether a client
 * was loaded is seen only where no other test has loaded it.
 */
const isolated = [
  'test/app/integrations.test.ts',
  'test/infra/cdk-app.test.ts',
  'test/simulation/**/*.test.ts',
];

/** Tests with real processes, which have limits of time: they run apart (`test:processes`). */
const processes = 'test/processes/**/*.test.ts';

/** Tests of the dashboard in a browser: they run apart, too (`test:browser`). */
const browser = 'test/browser/**/*.test.ts';

/** A run of minutes to hours under random faults: apart, and not part of CI (`soak`). */
const soak = 'test/soak/**/*.test.ts';

/** Tests of the packed package in projects of its users: apart, as they install it (`test:package`). */
const packaged = 'test/package/**/*.test.ts';

/** What users import, which is a build in the package, and the sources here. */
const ownModules = {
  'millrace/infra': 'lib/infra/millrace.ts',
  'millrace/testing': 'lib/testing/index.ts',
  millrace: 'lib/index.ts',
};

/** Where the files are that take longest, in this order. */
const slowPlaces = [
  'simulation/',
  'processes/poison',
  'drivers/',
  'docs/',
  'infra/',
  'api/',
  'cli/',
  'app/',
  'roles/',
];

/** Starts with the files that take longest, so that none of them is left over at the end. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => slowness(a) - slowness(b));
  }
}

/** Returns the position of a file's folder among the slow ones; after all of them for any other. */
function slowness({ moduleId, project }: TestSpecification): number {
  const place = slowPlaces.findIndex((each) => moduleId.includes(`/test/${each}`));
  return place === -1 || project.name === 'pure' ? slowPlaces.length : place;
}

export default defineConfig({
  resolve: {
    alias: Object.entries(ownModules).map(([name, path]) => ({
      find: new RegExp(`^${name}$`),
      replacement: fileURLToPath(new URL(path, import.meta.url)),
    })),
  },
  test: {
    pool: 'forks',
    // Many files mostly wait for processes and databases.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowestFirst },
    // Generous: a busy machine must not fail a test, and a test that hangs must still end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: pure, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...isolated, processes, browser, packaged, soak],
          isolate: false,
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/pglite-template.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'isolated', include: isolated },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: [processes],
          globalSetup: ['test/support/global-setup.ts', 'test/support/bundled-program.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: [packaged],
          testTimeout: 240_000,
          hookTimeout: 480_000,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'soak',
          include: [soak],
          globalSetup: ['test/support/global-setup.ts', 'test/support/bundled-program.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [browser],
          isolate: false,
          testTimeout: 180_000,
          globalSetup: ['test/support/global-setup.ts', 'test/browser/build-page.ts'],
          setupFiles: ['test/support/pglite-template.ts'],
        },
      },
    ],
  },
});
