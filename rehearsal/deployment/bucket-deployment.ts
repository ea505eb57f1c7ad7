/**
 * Stands in for the CDK's function that copies assets into a bucket, which is in Python and no part
 * of the app. An administrator uploads the same files under the same keys.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import type { FileAsset, Resource } from '../template/assembly.ts';
import { resourceFailure } from './resource-failure.ts';

/** CloudFormation's type of the resources that copy assets into a bucket. */
export const bucketDeploymentType = 'Custom::CDKBucketDeployment';

/** A file to upload. */
export interface BucketUpload {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
}

/** Lists what a resource uploads. Throws INVALID_CONFIGURATION for a source it cannot copy. */
export function listUploads(
  resource: Resource,
  properties: JsonObject,
  assets: readonly FileAsset[],
): BucketUpload[] {
  const { SourceObjectKeys, DestinationBucketName, DestinationBucketKeyPrefix, Extract } =
    properties;
  const keys = Array.isArray(SourceObjectKeys) ? SourceObjectKeys : [];
  const prefix = String(DestinationBucketKeyPrefix ?? '').replace(/\/*$/, '');
  return keys.flatMap((sourceKey) => {
    const asset = assets.find(({ objectKey }) => objectKey === sourceKey);
    if (asset === undefined) {
      throw resourceFailure(resource, `its source ${sourceKey} is not an asset of the stack`);
    }
    const isFolder = statSync(asset.path).isDirectory();
    if (!isFolder && String(Extract ?? 'true') === 'true') {
      const reason = `its source ${asset.path} is an archive: deploy a folder instead`;
      throw resourceFailure(resource, reason);
    }
    const files = isFolder ? listFiles(asset.path) : [asset.path];
    return files.map((file) => {
      const name = isFolder ? relative(asset.path, file).split(sep).join('/') : asset.objectKey;
      const key = prefix === '' ? name : `${prefix}/${name}`;
      return { bucket: String(DestinationBucketName), key, body: readFileSync(file) };
    });
  });
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
