import type { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { BucketProps, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import type { LogProps } from '../log-group.ts';
import { AppBucket } from './app-bucket.ts';
import { Database, type DatabaseAccess, type DatabaseProps } from './database.ts';
import { DatabaseLogins } from './database-logins.ts';
import { SourceUpload } from './source-upload.ts';

/** Props of {@link AppData}. */
export interface AppDataProps extends LogProps {
  readonly batches: readonly BatchDescription[];
  /** An existing database, or the props of a new one. */
  readonly database: DatabaseAccess | DatabaseProps;
  /** @default a new bucket */
  readonly bucket?: IBucket;
  readonly eventBus?: IEventBus;
  readonly eventBusName?: string;
  readonly objectExpirations?: Readonly<Record<string, Duration>>;
  readonly bucketProps?: Partial<BucketProps>;
}

/**
 * The resources with data: the database, the bucket and the event bus; and the upload of the app's
 * source files into the bucket.
 */
export class AppData extends Construct {
  readonly database: DatabaseAccess;
  /** The roles that functions have in the database. */
  readonly logins: DatabaseLogins;
  readonly bucket: IBucket;
  readonly bus: IEventBus;
  readonly upload: SourceUpload;

  constructor(scope: Construct, id: string, props: AppDataProps) {
    super(scope, id);
    const { database, encryptionKey, removalPolicy, logRetention, batches } = props;
    const key = encryptionKey === undefined ? {} : { encryptionKey };
    this.database = 'cluster' in database ? database : new Database(this, 'Database', database);
    this.logins = new DatabaseLogins(this, 'Logins', {
      databaseName: this.database.databaseName,
      removalPolicy,
      ...key,
    });
    // Classes and interfaces of the CDK disagree about whether absent properties may be undefined.
    this.bucket =
      props.bucket ??
      (new AppBucket(this, 'Bucket', {
        ...key,
        removalPolicy,
        ...(props.objectExpirations !== undefined && { expirations: props.objectExpirations }),
        ...(props.bucketProps !== undefined && { overrides: props.bucketProps }),
      }) as IBucket);
    this.bus =
      props.eventBus ??
      (new EventBus(this, 'Bus', {
        description: 'Millrace: requests of batches, and ends of batches and executions',
        ...(props.eventBusName !== undefined && { eventBusName: props.eventBusName }),
      }) as IEventBus);
    this.upload = new SourceUpload(this, 'Sources', {
      bucket: this.bucket,
      batches,
      logRetention,
      removalPolicy,
      ...key,
    });
    this.#createDatabaseLast();
  }

  /** A protected cluster cannot be rolled back, so what may fail is created before it. */
  #createDatabaseLast(): void {
    if (!(this.database instanceof Database)) return;
    const { bucket, bus, upload, logins } = this;
    for (const { node } of [bucket, bus, upload, logins].filter(Construct.isConstruct)) {
      if (node.scope === this) this.database.cluster.node.addDependency(...node.findAll());
    }
  }
}
