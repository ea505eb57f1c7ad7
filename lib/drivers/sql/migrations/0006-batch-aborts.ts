/** Batches that a person wants aborted. */
import type { Migration } from '../migrate.ts';

/** The batch stays RUNNING until what it has begun has ended. */
export const batchAborts: Migration = {
  version: 6,
  name: 'batch-aborts',
  statements: [`ALTER TABLE millrace.batches ADD COLUMN abort_reason text`],
};
