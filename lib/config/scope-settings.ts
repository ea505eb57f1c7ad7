import { defaultScope } from '../engine/arn/aws-scope.ts';
import type { MillraceConfig } from './config.ts';
import type { SettingOverrides } from './setting-sources.ts';
import type { StoreSettings } from './store-settings.ts';

/** The account and region that ARNs are to name. */
export interface ScopeSettings {
  /** Null where none is configured: those of the store. */
  readonly region: string | null;
  readonly account: string | null;
  /** Of a store that has none yet. */
  readonly fallback: { readonly region: string; readonly account: string };
  /** Whether the process may only read the store. */
  readonly readsOnly: boolean;
}

/** Resolves the account and region; those of a store on Aurora are those of its cluster. */
export function resolveScope(
  config: Pick<MillraceConfig, 'region' | 'account'>,
  overrides: SettingOverrides,
  store: StoreSettings,
): ScopeSettings {
  return {
    region: overrides.awsRegion ?? config.region ?? null,
    account: overrides.awsAccount ?? config.account ?? null,
    fallback: store.driver === 'rds-data' ? ofCluster(store.clusterArn) : defaultScope,
    readsOnly: overrides.databaseReadOnly ?? false,
  };
}

function ofCluster(clusterArn: string): ScopeSettings['fallback'] {
  const [, , , region = defaultScope.region, account = defaultScope.account] =
    clusterArn.split(':');
  return { region, account };
}
