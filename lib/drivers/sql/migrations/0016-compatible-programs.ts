/** Which programs work on the schema after each step. */
import type { Migration } from '../migration.ts';

/**
 * `compatible_from` is the oldest version of the schema that a program may know and still work
 * after a step, so that an earlier program that finds a later step can tell whether to go on. Steps
 * before this one are known to every program that reads it.
 */
export const compatiblePrograms: Migration = {
  version: 16,
  name: 'compatible_programs',
  statements: [
    `ALTER TABLE millrace.schema_migrations
      ADD COLUMN compatible_from integer NOT NULL DEFAULT 1`,
  ],
};
