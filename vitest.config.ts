/** Runs every `*.test.ts` below test/, each file in a process of its own. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Many files mostly wait for processes and databases.
    maxWorkers: availableParallelism() + 1,
    // Generous: a busy machine must not fail a test, and a test that hangs must still end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
