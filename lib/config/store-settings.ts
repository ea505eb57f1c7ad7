/** Which store the configuration, the environment and the flags name together. */
import { resolve } from 'node:path';
import { MillraceError } from '../errors.ts';
import type { MillraceConfig } from './config.ts';
import type { EnvSettings } from './env.ts';
import type { FlagSettings } from './settings.ts';

/** Which store, and where. */
export type StoreSettings =
  | { readonly driver: 'memory' }
  | { readonly driver: 'pglite'; readonly folder: string }
  | { readonly driver: 'postgres'; readonly url: string }
  | {
      readonly driver: 'rds-data';
      readonly clusterArn: string;
      readonly secretArn: string;
      readonly database?: string;
      readonly region?: string;
      readonly endpoint?: string;
    };

/** The folder of the embedded database, unless another is named. */
export const dataFolderDefault = '.millrace';

/** What is asked for the store's settings. */
type StoreConfig = Pick<MillraceConfig, 'store' | 'postgresUrl' | 'data' | 'rdsData'>;

/** Flags overrule the environment, which overrules the configuration. */
export function resolveStore(
  config: StoreConfig,
  env: EnvSettings,
  flags: FlagSettings,
  folders: { readonly config: string; readonly current: string },
): StoreSettings {
  const url = flags.postgresUrl ?? env.postgresUrl ?? config.postgresUrl;
  const driver =
    flags.store ?? env.storeDriver ?? config.store ?? (url === undefined ? 'pglite' : 'postgres');
  switch (driver) {
    case 'memory':
      return { driver };
    case 'pglite':
      return { driver, folder: resolveData(config, env, flags, folders) };
    case 'postgres':
      if (url !== undefined) return { driver, url: checkedUrl(url) };
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        'the store postgres needs a URL: set POSTGRES_URL, --postgres or postgresUrl ' +
          '(postgres://user:password@host:5432/database)',
      );
    case 'rds-data':
      return { driver, ...resolveRdsData(config, env) };
    default:
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `the store must be one of pglite, postgres, rds-data, memory; found '${driver}' ` +
          '(STORE_DRIVER, --store or store)',
      );
  }
}

/** Says nothing of what comes behind the scheme: it may hold a password. */
function checkedUrl(url: string): string {
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  const [scheme, rest] = url.split('://', 2);
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    'a PostgreSQL is a URL that begins with postgres://user:password@host:port/database; found ' +
      `${rest === undefined ? 'no URL' : `${scheme}://`} (--postgres, POSTGRES_URL or postgresUrl)`,
  );
}

function resolveData(
  config: StoreConfig,
  env: EnvSettings,
  flags: FlagSettings,
  folders: { readonly config: string; readonly current: string },
): string {
  const named = flags.data ?? env.dataFolder;
  if (named !== undefined) return resolve(folders.current, named);
  if (config.data !== undefined) return resolve(folders.config, config.data);
  return resolve(folders.current, dataFolderDefault);
}

function resolveRdsData({ rdsData = {} }: StoreConfig, env: EnvSettings) {
  const { region, endpoint } = rdsData;
  const database = env.databaseName ?? rdsData.database;
  return {
    clusterArn: checkedArn(
      env.databaseClusterArn ?? rdsData.clusterArn,
      /^arn:[^:]+:rds:[^:]+:\d+:cluster:./,
      'the ARN of an Aurora cluster (arn:aws:rds:REGION:ACCOUNT:cluster:NAME)',
      'DATABASE_CLUSTER_ARN or rdsData.clusterArn',
    ),
    secretArn: checkedArn(
      env.databaseSecretArn ?? rdsData.secretArn,
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
  const found = arn === undefined ? 'none' : `'${arn}'`;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the store rds-data needs ${what}; found ${found}: set ${where}`,
  );
}
