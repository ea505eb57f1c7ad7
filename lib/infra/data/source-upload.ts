import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import { MillraceError } from '../../errors.ts';
import { createUploadRole } from './upload-role.ts';

/** Props of {@link SourceUpload}. */
export interface SourceUploadProps {
  readonly bucket: IBucket;
  readonly batches: readonly BatchDescription[];
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** A local file and its key in the bucket. */
interface SourceFile {
  readonly file: string;
  readonly key: string;
}

/**
 * Uploads the source files of batches into the app's bucket, at each deploy that changes one.
 * Batches whose source is an object or a list of items have no file.
 */
export class SourceUpload extends Construct {
  /** Absent if no batch reads a file. */
  readonly deployment?: BucketDeployment;

  constructor(scope: Construct, id: string, props: SourceUploadProps) {
    super(scope, id);
    const files = props.batches.flatMap(findSourceFile);
    if (files.length === 0) return;
    const folder = stageFiles(files);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    try {
      this.deployment = new BucketDeployment(this, 'Deployment', {
        sources: [Source.asset(folder)],
        destinationBucket: props.bucket,
        // The bucket contains other objects, too.
        prune: false,
        retainOnDelete: true,
        memoryLimit: 512,
        logGroup,
        role: createUploadRole(this, logGroup, 'the source files of batches'),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function findSourceFile({ name, sourceFile, sourceKey }: BatchDescription): SourceFile[] {
  if (sourceFile === null || sourceKey === null) return [];
  if (existsSync(sourceFile)) return [{ file: sourceFile, key: sourceKey }];
  throw new MillraceError(
    'FILE_NOT_READABLE',
    `batches.${name}.source: a deploy uploads ${sourceFile}, which does not exist: correct the ` +
      'path, or name an object (s3://bucket/key)',
    { fields: { batch: name, path: sourceFile } },
  );
}

/** Copies the files into a temporary folder, under their keys. */
function stageFiles(files: readonly SourceFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-sources-'));
  for (const { file, key } of files) {
    const target = join(folder, key);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  return folder;
}
