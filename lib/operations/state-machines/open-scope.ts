import type { ScopeSettings } from '../../config/scope-settings.ts';
import { type AwsScope, isSameScope, partitionOf } from '../../engine/arn/aws-scope.ts';
import { MillraceError } from '../../errors.ts';
import type { Store } from '../../ports/store/store.ts';

/**
 * Returns the account and region that the store's ARNs name: what is configured, else what the
 * store was made under, else the defaults.
 * @throws INVALID_CONFIGURATION when the store has executions that were made under another one
 */
export async function openScope(
  store: Pick<Store, 'adoptScope' | 'findScope' | 'description'>,
  { region, account, fallback, readsOnly }: ScopeSettings,
): Promise<AwsScope> {
  const wantedRegion = region ?? fallback.region;
  const wanted = {
    partition: partitionOf(wantedRegion),
    region: wantedRegion,
    account: account ?? fallback.account,
  };
  const isAsked = region !== null || account !== null;
  // Only who may change rows records one, and most processes find it.
  const known = await store.findScope();
  const isKnown = known !== null && (!isAsked || isSameScope(known, wanted));
  const found = isKnown || readsOnly ? (known ?? wanted) : await store.adoptScope(wanted, isAsked);
  const isOther =
    (region !== null && region !== found.region) || (account !== null && account !== found.account);
  if (!isOther) return found;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the store (${store.description}) has executions whose ARNs name the account ${found.account} in ` +
      `${found.region}, and this program is configured for ${wanted.account} in ${wanted.region}: set ` +
      `AWS_REGION=${found.region} and AWS_ACCOUNT_ID=${found.account} (or region and account in the ` +
      'configuration), or use another store',
    { fields: { region: wanted.region, account: wanted.account, store: found.region } },
  );
}
