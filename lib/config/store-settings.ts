/** Resolves the settings of the store. */
import { resolve } from 'node:path';
import { MillraceError } from '../errors.ts';
import { resolveDeadline } from './answer-deadline.ts';
import type { MillraceConfig } from './config.ts';
import type { SettingOverrides } from './setting-sources.ts';
import type { SettingFolders } from './settings.ts';

/** The store and its connection. */
export type StoreSettings =
  | { readonly driver: 'memory' }
  | { readonly driver: 'pglite'; readonly folder: string }
  | {
      readonly driver: 'postgres';
      readonly url: string;
      readonly poolSize?: number;
      readonly pooler?: boolean;
      readonly readerUrl?: string;
      readonly statementMs?: number;
    }
  | {
      readonly driver: 'rds-data';
      readonly clusterArn: string;
      readonly secretArn: string;
      readonly database?: string;
      readonly region?: string;
      readonly endpoint?: string;
    };

type PostgresSettings = Extract<StoreSettings, { driver: 'postgres' }>;

/** Default folder of the embedded database. */
export const dataFolderDefault = '.millrace';

/** The keys of the configuration that select the store. */
type StoreConfig = Pick<
  MillraceConfig,
  'store' | 'postgresUrl' | 'postgres' | 'data' | 'rdsData' | 'leaseSeconds'
>;

/** Returns the settings of the store to open. Throws INVALID_CONFIGURATION. */
export function resolveStore(
  config: StoreConfig,
  overrides: SettingOverrides,
  folders: SettingFolders,
): StoreSettings {
  const url = overrides.postgresUrl ?? config.postgresUrl;
  const driver = overrides.store ?? config.store ?? (url === undefined ? 'pglite' : 'postgres');
  switch (driver) {
    case 'memory':
      return { driver };
    case 'pglite':
      return { driver, folder: resolveData(config, overrides, folders) };
    case 'postgres':
      if (url !== undefined) return resolvePostgres(checkedUrl(url), config, overrides);
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        'the store postgres needs a URL: set POSTGRES_URL, --postgres or postgresUrl ' +
          '(postgres://user:password@host:5432/database)',
      );
    case 'rds-data':
      return { driver, ...resolveRdsData(config, overrides) };
    default:
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `the store must be one of pglite, postgres, rds-data, memory; found '${driver}' ` +
          '(STORE_DRIVER, --store or store)',
      );
  }
}

function resolvePostgres(
  url: string,
  { postgres = {}, leaseSeconds }: StoreConfig,
  overrides: SettingOverrides,
): PostgresSettings {
  const poolSize = overrides.postgresPoolSize ?? postgres.poolSize;
  const pooler = overrides.postgresPooler ?? postgres.pooler;
  const readerUrl = overrides.postgresReaderUrl ?? postgres.readerUrl;
  const statementMs = resolveDeadline(postgres.statementSeconds, leaseSeconds);
  return {
    driver: 'postgres',
    url,
    ...(poolSize !== undefined && { poolSize }),
    ...(pooler !== undefined && { pooler }),
    ...(readerUrl !== undefined && { readerUrl: checkedReaderUrl(readerUrl) }),
    ...(statementMs !== undefined && { statementMs }),
  };
}

function checkedUrl(url: string): string {
  return checkedPostgres(url, '--postgres, POSTGRES_URL or postgresUrl');
}

function checkedReaderUrl(url: string): string {
  return checkedPostgres(url, 'POSTGRES_READER_URL or postgres.readerUrl');
}

/** The message shows nothing after the scheme, which may contain a password. */
function checkedPostgres(url: string, where: string): string {
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  const [scheme, rest] = url.split('://', 2);
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    'the URL of a PostgreSQL must begin with postgres://user:password@host:port/database; found ' +
      `${rest === undefined ? 'no URL' : `${scheme}://`} (${where})`,
  );
}

function resolveData(
  config: StoreConfig,
  overrides: SettingOverrides,
  folders: SettingFolders,
): string {
  if (overrides.data !== undefined) return resolve(folders.current, overrides.data);
  if (config.data !== undefined) return resolve(folders.config, config.data);
  return resolve(folders.current, dataFolderDefault);
}

function resolveRdsData({ rdsData = {} }: StoreConfig, overrides: SettingOverrides) {
  const { region, endpoint } = rdsData;
  const database = overrides.databaseName ?? rdsData.database;
  return {
    clusterArn: checkedArn(
      overrides.databaseClusterArn ?? rdsData.clusterArn,
      /^arn:[^:]+:rds:[^:]+:\d+:cluster:./,
      'the ARN of an Aurora cluster (arn:aws:rds:REGION:ACCOUNT:cluster:NAME)',
      'DATABASE_CLUSTER_ARN or rdsData.clusterArn',
    ),
    secretArn: checkedArn(
      overrides.databaseSecretArn ?? rdsData.secretArn,
      /^arn:[^:]+:secretsmanager:[^:]+:\d+:secret:./,
      'the ARN of a secret (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME)',
      'DATABASE_SECRET_ARN or rdsData.secretArn',
    ),
    ...(database !== undefined && { database }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  };
}

function checkedArn(arn: string | undefined, pattern: RegExp, what: string, where: string): string {
  if (arn !== undefined && pattern.test(arn)) return arn;
  // Not the text itself: whoever takes ARN and secret for each other must not find it in a log.
  const found = arn === undefined ? 'none' : `a text of ${arn.length} characters`;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the store rds-data needs ${what}; found ${found}: set ${where}`,
  );
}
