import { Duration, RemovalPolicy } from 'aws-cdk-lib';
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

/** Props of {@link AppBucket}. */
export interface AppBucketProps {
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
  /** How long objects are kept, by prefix of their keys. @default for ever */
  readonly expirations?: Readonly<Record<string, Duration>>;
  readonly overrides?: Partial<BucketProps>;
}

/**
 * The app's bucket, for the sources of batches and for what distributed Maps read and write. It
 * sends events to EventBridge, so that a new object can start a batch.
 */
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
      versioned: true,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
        },
        ...Object.entries(props.expirations ?? {}).map(([prefix, expiration]) => ({
          prefix,
          expiration,
        })),
      ],
      removalPolicy: props.removalPolicy,
      // A bucket with objects cannot be deleted.
      autoDeleteObjects: props.removalPolicy === RemovalPolicy.DESTROY,
      ...props.overrides,
    });
    const { defaultChild } = this.node;
    // The prop `eventBridgeEnabled` would deploy a function that sets this at each deploy.
    if (defaultChild instanceof CfnBucket) {
      defaultChild.notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    }
  }
}
