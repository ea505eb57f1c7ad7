/**
 * The conditions by which entries of the archive are found, shown, redriven and deleted: the same
 * for all.
 */
import type { Conditions } from './conditions.ts';
import { document, field } from './fragments.ts';

/** Of an entry `a`. */
export const archiveConditions: Conditions = {
  taskIds: `a.task_id IN (SELECT value FROM json_array_elements_text(${document}->'taskIds'))`,
  queue: `a.queue = ${field('queue')}`,
  machineId: `a.machine_id = ${field('machineId')}`,
  batchId: `a.batch_id = ${field('batchId')}`,
  error: `a.error = ${field('error')}`,
  archivedFrom: `a.archived_at >= ${field('archivedFrom', 'float8')}`,
  archivedBefore: `a.archived_at < ${field('archivedBefore', 'float8')}`,
};
