/** Props of the data, with the defaults of those that are not given. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuroraPostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import { MillraceError } from '../../errors.ts';
import { infraDefaults } from '../infra-defaults.ts';
import type { MillraceProps } from '../millrace-props.ts';
import { pickDefined } from '../pick-defined.ts';
import type { DatabaseAccess, DatabaseProps } from './database.ts';

/** How long data and logs are kept, and the key that encrypts them. */
export type RetentionProps = Pick<
  DatabaseProps,
  'encryptionKey' | 'logRetention' | 'removalPolicy'
>;

/** Returns how long data and logs are kept. */
export function retentionProps(props: MillraceProps): RetentionProps {
  return {
    ...pickDefined(props, 'encryptionKey'),
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    // What a failed first deploy has created can be removed, so that it can be repeated.
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  };
}

/** Whether the database and its stack are protected from deletion: not if it is thrown away. */
export function isProtected({ deletionProtection, removalPolicy }: MillraceProps): boolean {
  return deletionProtection ?? removalPolicy !== RemovalPolicy.DESTROY;
}

/** Returns the props of a new database, or of an existing one. Throws INVALID_CONFIGURATION. */
export function databaseProps(
  props: MillraceProps,
  retention: RetentionProps,
): DatabaseAccess | DatabaseProps {
  const databaseName = props.databaseName ?? infraDefaults.databaseName;
  if (props.cluster === undefined) {
    return {
      ...retention,
      ...pickDefined(props, 'vpc', 'vpcSubnets', 'zones', 'readers'),
      engineVersion: props.engineVersion ?? AuroraPostgresEngineVersion.VER_17_9,
      minCapacity: props.minCapacity ?? infraDefaults.minCapacity,
      maxCapacity: props.maxCapacity ?? infraDefaults.maxCapacity,
      autoPause: props.autoPause ?? Duration.seconds(infraDefaults.autoPauseSeconds),
      databaseName,
      deletionProtection: isProtected(props),
      ...(props.databaseProps !== undefined && { overrides: props.databaseProps }),
    };
  }
  if (props.secret !== undefined) {
    return { cluster: props.cluster, secret: props.secret, databaseName };
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    "cluster: an existing cluster needs the secret of Millrace's user: give secret as well",
  );
}
