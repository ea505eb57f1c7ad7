import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How logs are kept, and the key that encrypts them. */
export interface LogProps {
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** @default a key of CloudWatch Logs */
  readonly encryptionKey?: IKey;
}

/** Creates a group of logs. */
export function createLogGroup(scope: Construct, id: string, props: LogProps): LogGroup {
  const { logRetention, removalPolicy, encryptionKey } = props;
  return new LogGroup(scope, id, {
    retention: logRetention,
    removalPolicy,
    ...(encryptionKey !== undefined && { encryptionKey }),
  });
}
