/** Executions that run alone in their worker. */
import type { Migration } from '../migration.ts';

/**
 * `alone` says that the execution was claimed to run alone, so that the loss of its worker is its
 * own fault. It is in the row because the worker that could say so is gone by then. A process of an
 * earlier version leaves it as it is, and counts every loss.
 */
export const soloRuns: Migration = {
  version: 13,
  name: 'solo_runs',
  statements: ['ALTER TABLE millrace.executions ADD COLUMN alone boolean NOT NULL DEFAULT false'],
};
