import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
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
  /** The name of the batch. */
  readonly batch: string;
  readonly file: string;
  readonly key: string;
}

/** The beginning of the keys of all source files. */
const prefix = 'sources';

/** Maximum size of all source files together, in bytes. */
const uploadBytesMax = 104_857_600;

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
    checkSizes(files);
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
    return [{ batch: name, file: sourceFile, key: sourceKey.slice(`${prefix}/`.length) }];
  }
  throw new MillraceError(
    'FILE_NOT_READABLE',
    `batches.${name}.source: a deploy uploads ${sourceFile}, which does not exist: correct the ` +
      'path, or name an object (s3://bucket/key)',
    { fields: { batch: name, path: sourceFile } },
  );
}

/**
 * Throws INVALID_CONFIGURATION for files that the function which uploads them could not hold: it
 * has 512 MB for the archive and for what is in it, and the deploy would fail after its timeout.
 */
function checkSizes(files: readonly SourceFile[]): void {
  const sizes = files.map(({ batch, file }) => ({ batch, file, bytes: statSync(file).size }));
  const bytes = sizes.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes <= uploadBytesMax) return;
  const [largest] = sizes.toSorted((a, b) => b.bytes - a.bytes);
  const { batch = '', file = '' } = largest ?? {};
  const name = basename(file);
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `batches.${batch}.source: a deploy uploads files of ${inMegabytes(uploadBytesMax)} together, ` +
      `found ${inMegabytes(bytes)}; the largest is ${file}. Put it into S3 yourself ` +
      `(aws s3 cp ${name} s3://BUCKET/${name}), and name the object: source: { path: ` +
      `'s3://BUCKET/${name}' }, or start the batch by onObject`,
    { fields: { batch, path: file, bytes } },
  );
}

function inMegabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_048_576).toLocaleString('en')} MB`;
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
