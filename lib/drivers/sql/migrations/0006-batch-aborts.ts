/** Requests to abort batches. */
import type { Migration } from '../migration.ts';

/** The batch stays RUNNING until all executions it has started have ended. */
export const batchAborts: Migration = {
  version: 6,
  name: 'batch-aborts',
  statements: [`ALTER TABLE millrace.batches ADD COLUMN abort_reason text`],
};
