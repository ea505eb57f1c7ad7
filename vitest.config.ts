/**
 * Runs every `*.test.ts` below test/. Files share worker processes: starting one per file took a
 * third of a second of CPU each, and no test changes the process that it runs in.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    isolate: false,
    // Many files mostly wait for processes and databases.
    maxWorkers: availableParallelism() + 1,
    // Generous: a busy machine must not fail a test, and a test that hangs must still end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
