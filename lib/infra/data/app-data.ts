/**
 * What outlives every deploy: the database, the bucket, the bus; and the files of the app that a
 * deploy puts into the bucket.
 */
import type { RemovalPolicy } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { BucketProps, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import { AppBucket } from './app-bucket.ts';
import { Database, type DatabaseAccess, type DatabaseProps } from './database.ts';
import { SourceUpload } from './source-upload.ts';

/** What is made, and what was there before. */
export interface AppDataProps {
  readonly batches: readonly BatchDescription[];
  /** A database of the caller's own, or what a new one is like. */
  readonly database: DatabaseAccess | DatabaseProps;
  readonly bucket?: IBucket;
  readonly eventBus?: IEventBus;
  readonly eventBusName?: string;
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
  readonly bucketProps?: Partial<BucketProps>;
}

/** See this file's head. */
export class AppData extends Construct {
  readonly database: DatabaseAccess;
  readonly bucket: IBucket;
  readonly bus: IEventBus;
  readonly upload: SourceUpload;

  constructor(scope: Construct, id: string, props: AppDataProps) {
    super(scope, id);
    const { database, encryptionKey, removalPolicy, logRetention, batches } = props;
    const key = encryptionKey === undefined ? {} : { encryptionKey };
    this.database = 'cluster' in database ? database : new Database(this, 'Database', database);
    // The library's classes and interfaces differ in whether what is absent may be undefined.
    this.bucket =
      props.bucket ??
      (new AppBucket(this, 'Bucket', {
        ...key,
        removalPolicy,
        ...(props.bucketProps !== undefined && { overrides: props.bucketProps }),
      }) as IBucket);
    this.bus =
      props.eventBus ??
      (new EventBus(this, 'Bus', {
        description: 'Millrace: batches that are asked for, ends of batches and executions',
        ...(props.eventBusName !== undefined && { eventBusName: props.eventBusName }),
      }) as IEventBus);
    this.upload = new SourceUpload(this, 'Sources', {
      bucket: this.bucket,
      batches,
      logRetention,
      removalPolicy,
    });
  }
}
