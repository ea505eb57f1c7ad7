/** How the suites run: every `*.test.ts` below test/, each file in a process of its own. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // Many files wait for processes and databases most of their time.
    maxWorkers: availableParallelism() + 1,
    // generous: a busy machine is no failure, and what hangs still ends
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
