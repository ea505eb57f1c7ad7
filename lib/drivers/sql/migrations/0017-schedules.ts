/** What leaders have evaluated of the schedules of batches, and the files that started batches. */
import type { Migration } from '../migration.ts';

/** Both tables are small: a row for each schedule, and one for each file that is still there. */
export const schedules: Migration = {
  version: 17,
  name: 'schedules',
  statements: [
    `CREATE TABLE millrace.schedules (
      name text COLLATE "C" PRIMARY KEY,
      timing text NOT NULL,
      anchored_at bigint NOT NULL,
      through_at bigint NOT NULL,
      seen_at bigint NOT NULL,
      fence integer NOT NULL,
      last_due_at bigint,
      waiting_due_at bigint,
      waiting_since bigint,
      waiting_tries integer,
      waiting_next_at bigint,
      waiting_reason text,
      paused_at bigint,
      paused_reason text
    )`,
    `CREATE TABLE millrace.seen_files (
      batch text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      version text COLLATE "C" NOT NULL,
      seen_at bigint NOT NULL,
      PRIMARY KEY (batch, key)
    )`,
    `CREATE INDEX seen_files_seen_at ON millrace.seen_files (seen_at)`,
  ],
};
