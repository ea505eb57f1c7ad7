/** Quicker calls for permits, and the occurrences of schedules that did not start. */
import type { Migration } from '../migration.ts';
import { permitColumns } from './limits/permit-columns.ts';
import { permitSweep } from './limits/permit-sweep.ts';

/**
 * Programs of before call `acquire_permits` and `release_permits`, which stay for them, and leave
 * what was missed as it is. The sweep is another with the same meaning.
 */
export const nights: Migration = {
  version: 22,
  name: 'nights',
  statements: [
    ...permitColumns,
    permitSweep,
    `ALTER TABLE millrace.schedules
      ADD COLUMN missed_due_at bigint,
      ADD COLUMN missed_at bigint,
      ADD COLUMN missed_reason text`,
  ],
};
