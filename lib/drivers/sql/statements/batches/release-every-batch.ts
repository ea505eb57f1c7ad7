/** Lets go of every batch, whoever led it. */
import type { Statement } from '../../sql-client.ts';

/** For a database that nobody else can have open: its leaders are gone with their process. */
export const releaseEveryBatch: Statement = {
  name: 'release_every_batch',
  text: `UPDATE millrace.batches SET leader_id = NULL, lease_ends_at = NULL
WHERE leader_id IS NOT NULL AND $1::json IS NOT NULL`,
};
