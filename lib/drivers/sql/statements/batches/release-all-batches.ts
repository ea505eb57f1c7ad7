import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Ends the leases of all batches. For a database that no other process can have open: its leaders
 * are gone with their process.
 */
export const releaseAllBatches: Statement = {
  name: 'release_all_batches',
  timeoutFactor: scanTimeoutFactor,
  text: `UPDATE millrace.batches SET leader_id = NULL, lease_ends_at = NULL
WHERE leader_id IS NOT NULL AND $1::json IS NOT NULL`,
};
