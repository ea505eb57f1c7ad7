import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Removes a delivery that was answered, or is given up. */
export const deleteDelivery: Statement = {
  name: 'delete_delivery',
  text: `DELETE FROM millrace.webhook_deliveries WHERE id = ${field('id', 'uuid')}
RETURNING 1 AS "n"`,
};
