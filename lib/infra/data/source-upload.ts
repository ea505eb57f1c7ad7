/**
 * Brings the files that batches read into the app's bucket, at each deploy that changes one. A
 * batch whose source is an object, or items, has no file.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import { MillraceError } from '../../errors.ts';

/** Where to, and of which batches. */
export interface SourceUploadProps {
  readonly bucket: IBucket;
  readonly batches: readonly BatchDescription[];
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** A file, and where it comes to lie. */
interface SourceFile {
  readonly file: string;
  readonly key: string;
}

/** See this file's head. */
export class SourceUpload extends Construct {
  /** Absent when no batch reads a file. */
  readonly deployment?: BucketDeployment;

  constructor(scope: Construct, id: string, props: SourceUploadProps) {
    super(scope, id);
    const files = props.batches.flatMap(sourceOf);
    if (files.length === 0) return;
    const folder = gather(files);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    try {
      this.deployment = new BucketDeployment(this, 'Deployment', {
        sources: [Source.asset(folder)],
        destinationBucket: props.bucket,
        // The bucket holds more than these files.
        prune: false,
        retainOnDelete: true,
        memoryLimit: 512,
        logGroup,
        role: writerOf(this, logGroup),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The library would give it a managed policy, which may write any log. */
function writerOf(scope: Construct, logGroup: LogGroup): Role {
  const role = new Role(scope, 'Role', {
    description: 'Millrace: uploads the files of batches',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  return role;
}

function sourceOf({ name, sourceFile, sourceKey }: BatchDescription): SourceFile[] {
  if (sourceFile === null || sourceKey === null) return [];
  if (existsSync(sourceFile)) return [{ file: sourceFile, key: sourceKey }];
  throw new MillraceError(
    'FILE_NOT_READABLE',
    `batches.${name}.source: a deploy uploads ${sourceFile}, which is not there: mend the path, ` +
      'or name an object (s3://bucket/key)',
    { fields: { batch: name, path: sourceFile } },
  );
}

/** A folder with the files as the bucket will have them. */
function gather(files: readonly SourceFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sources-'));
  for (const { file, key } of files) {
    const target = join(folder, key);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  return folder;
}
