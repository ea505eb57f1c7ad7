/** The work of activities that waits for workers. */
import type { Migration } from '../migrate.ts';

/** A row goes when a worker takes it; it stands while its command waits for one. */
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
