/**
 * The app's bucket: sources of batches, and whatever distributed Maps read and write. Its events go
 * to EventBridge, so that a new object can start a batch.
 */
import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** What the bucket is like. */
export interface AppBucketProps {
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly overrides?: Partial<BucketProps>;
}

/** See this file's head. */
export class AppBucket extends Bucket {
  constructor(scope: Construct, id: string, props: AppBucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      ...(props.encryptionKey !== undefined && {
        encryption: BucketEncryption.KMS,
        encryptionKey: props.encryptionKey,
        bucketKeyEnabled: true,
      }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: props.removalPolicy,
      ...props.overrides,
    });
    const { defaultChild } = this.node;
    // Not by `eventBridgeEnabled`, which would have a function do at each deploy what this does.
    if (defaultChild instanceof CfnBucket) {
      defaultChild.notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }
  }
}
