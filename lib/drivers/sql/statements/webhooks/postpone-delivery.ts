import { clock, field, now } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Makes a delivery due again after a while. */
export const postponeDelivery: Statement = {
  name: 'postpone_delivery',
  text: `WITH ${clock}
UPDATE millrace.webhook_deliveries SET due_at = ${now} + ${field('retryInMs', 'bigint')}
WHERE id = ${field('id', 'uuid')}
RETURNING 1 AS "n"`,
};
