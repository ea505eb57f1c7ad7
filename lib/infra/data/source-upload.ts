import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import { MillraceError } from '../../errors.ts';
import { createLogGroup, type LogProps } from '../log-group.ts';
import { createUploadRole, readableBy } from './upload-role.ts';

/** Props of {@link SourceUpload}. */
export interface SourceUploadProps extends LogProps {
  readonly bucket: IBucket;
  readonly batches: readonly BatchDescription[];
}

/** A local file, and its key in the bucket without the prefix. */
interface SourceFile {
  readonly file: string;
  readonly key: string;
}

/** The beginning of the keys of all source files. */
const prefix = 'sources';

/**
 * Uploads the source files of batches into the app's bucket, at each deploy that changes one.
 * Batches whose source is an object or a list of items have no file.
 */
export class SourceUpload extends Construct {
  /** Absent if no batch reads a file. */
  readonly deployment?: BucketDeployment;
  /** The role of the function that uploads; absent if no batch reads a file. */
  readonly role?: Role;

  constructor(scope: Construct, id: string, props: SourceUploadProps) {
    super(scope, id);
    const files = props.batches.flatMap(findSourceFile);
    if (files.length === 0) return;
    const folder = stageFiles(files);
    const logGroup = createLogGroup(this, 'Logs', props);
    const { bucket } = props;
    const role = createUploadRole(this, {
      what: 'the source files of batches',
      logGroup,
      bucket,
      prefix,
    });
    this.role = role;
    try {
      this.deployment = new BucketDeployment(this, 'Deployment', {
        sources: [readableBy(role, Source.asset(folder))],
        destinationBucket: bucket,
        destinationKeyPrefix: prefix,
        // The bucket contains other objects, too.
        prune: false,
        retainOnDelete: true,
        memoryLimit: 512,
        logGroup,
        role: role.withoutPolicyUpdates(),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function findSourceFile({ name, sourceFile, sourceKey }: BatchDescription): SourceFile[] {
  if (sourceFile === null || sourceKey === null) return [];
  if (existsSync(sourceFile)) {
    return [{ file: sourceFile, key: sourceKey.slice(`${prefix}/`.length) }];
  }
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
