import { document, field } from './common-fragments.ts';
import type { Conditions } from './conditions.ts';

/** Conditions on an archive entry `a`, the same for listing, counting, redriving and deleting. */
export const archiveConditions: Conditions = {
  taskIds: `a.task_id IN (SELECT value FROM json_array_elements_text(${document}->'taskIds'))`,
  queue: `a.queue = ${field('queue')}`,
  machineId: `a.machine_id = ${field('machineId')}`,
  batchId: `a.batch_id = ${field('batchId')}`,
  error: `a.error = ${field('error')}`,
  archivedFrom: `a.archived_at >= ${field('archivedFrom', 'float8')}`,
  archivedBefore: `a.archived_at < ${field('archivedBefore', 'float8')}`,
  labels: `NOT EXISTS (SELECT 1 FROM json_each_text(${document}->'labels') AS w (key, value)
    WHERE NOT EXISTS (SELECT 1 FROM millrace.execution_labels l
      WHERE l.key = w.key AND l.value = w.value AND l.execution_id = a.execution_id))`,
};
