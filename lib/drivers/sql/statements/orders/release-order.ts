import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Ends the lease of an order at once. */
export const releaseOrder: Statement = {
  name: 'release_order',
  text: `UPDATE millrace.orders SET leader_id = NULL, lease_ends_at = NULL
WHERE id = ${field('orderId', 'uuid')} AND fence = ${field('fence', 'integer')}
RETURNING 1 AS "n"`,
};
