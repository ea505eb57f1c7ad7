import { MillraceError } from '../../errors.ts';
import type { AlertRecord } from '../../ports/store/alert-store.ts';
import type { AppContext } from '../app-context.ts';

/** Which alerts to list. */
export interface AlertListRequest {
  /** Maximum number, from 1 to 1,000. @default 100 */
  readonly limit?: number;
  /** Only alerts that are open. @default false */
  readonly open?: boolean;
}

/** Lists alerts, the open ones first, then the newest. Throws INVALID_ARGUMENT. */
export async function listAlerts(
  { store }: Pick<AppContext, 'store'>,
  { limit = 100, open = false }: AlertListRequest = {},
): Promise<AlertRecord[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `limit: expected a whole number from 1 to 1000; found ${limit}`,
    );
  }
  return store.listAlerts(limit, open);
}
