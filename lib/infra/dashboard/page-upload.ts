import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { MillraceError } from '../../errors.ts';
import { createUploadRole, readableBy } from '../data/upload-role.ts';
import { createLogGroup, type LogProps } from '../log-group.ts';

/** Props of {@link PageUpload}. */
export interface PageUploadProps extends LogProps {
  /** The folder of the built page. */
  readonly folder: string;
}

/**
 * A private bucket with the files of the page. Files with hashed names come first and stay when a
 * new page is deployed, so that a tab that is open finds those of its own page.
 */
export class PageUpload extends Construct {
  readonly bucket: IBucket;
  readonly deployments: readonly BucketDeployment[];
  /** The role of the function that uploads. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: PageUploadProps) {
    super(scope, id);
    const { folder } = props;
    requirePage(folder);
    const bucket = createPageBucket(this);
    const logGroup = createLogGroup(this, 'Logs', props);
    const role = createUploadRole(this, { what: 'the page of the dashboard', logGroup, bucket });
    this.role = role;
    const same = {
      destinationBucket: bucket,
      prune: false,
      // Its own function: that of the sources may be in the same stack, with another role.
      memoryLimit: 256,
      logGroup,
      role: role.withoutPolicyUpdates(),
    };
    const assets = new BucketDeployment(this, 'Assets', {
      ...same,
      sources: [readableBy(role, Source.asset(join(folder, 'assets')))],
      destinationKeyPrefix: 'assets',
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    const index = new BucketDeployment(this, 'Index', {
      ...same,
      sources: [readableBy(role, Source.asset(folder, { exclude: ['assets', 'assets/**', '.*'] }))],
      cacheControl: [CacheControl.fromString('no-cache')],
    });
    index.node.addDependency(assets);
    this.bucket = bucket;
    this.deployments = [assets, index];
  }
}

/** Its files can be built again, so that they are deleted with the bucket. */
function createPageBucket(scope: Construct): IBucket {
  return new Bucket(scope, 'Bucket', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
  }) as IBucket;
}

function requirePage(folder: string): void {
  if (existsSync(join(folder, 'index.html'))) return;
  throw new MillraceError(
    'FILE_NOT_READABLE',
    `dashboard: expected the built page in ${folder}: run \`npm run build:page\``,
    { fields: { file: folder } },
  );
}
