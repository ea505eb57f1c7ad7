/**
 * Runs every `*.test.ts` below test/. Files of the project `shared` test code without I/O, and run
 * one after another in few processes: loading the same modules for each file took longer than its
 * tests. Any other file has a process of its own.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const shared = [
  'test/{asl,batch,cases,engine,graph,retry,test-state}/**/*.test.ts',
  'test/roles/{batch,callbacks,delivery}/**/*.test.ts',
  'test/rehearsal/{iam,services,template}/**/*.test.ts',
];

/** Tests with real processes, which have limits of time: they run apart (`test:processes`). */
const processes = 'test/processes/**/*.test.ts';

/** Tests of the dashboard in a browser: they run apart, too (`test:browser`). */
const browser = 'test/browser/**/*.test.ts';

/** A run of minutes to hours under random faults: apart, and not part of CI (`soak`). */
const soak = 'test/soak/**/*.test.ts';

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
  return place === -1 || project.name === 'shared' ? slowPlaces.length : place;
}

export default defineConfig({
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
        test: { name: 'shared', include: shared, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'isolated',
          include: ['test/**/*.test.ts'],
          exclude: [...shared, processes, browser, soak],
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/pglite-template.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: [processes],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'soak', include: [soak], globalSetup: ['test/support/global-setup.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [browser],
          testTimeout: 180_000,
          globalSetup: ['test/support/global-setup.ts', 'test/browser/build-page.ts'],
          setupFiles: ['test/support/pglite-template.ts'],
        },
      },
    ],
  },
});
