/** The tasks of activities that wait for workers. */
import type { Migration } from '../migration.ts';

/** A row exists while its command waits for a worker, and is deleted when one takes it. */
export const activities: Migration = {
  version: 4,
  name: 'activities',
  statements: [
    `CREATE TABLE millrace.activity_tasks (
      execution_id uuid NOT NULL,
      command text COLLATE "C" NOT NULL,
      activity text COLLATE "C" NOT NULL,
      task_token text NOT NULL,
      input text NOT NULL,
      scheduled_at bigint NOT NULL,
      PRIMARY KEY (execution_id, command)
    )`,
    `CREATE INDEX activity_tasks_oldest ON millrace.activity_tasks (activity, scheduled_at)`,
  ],
};
