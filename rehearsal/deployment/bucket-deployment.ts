/**
 * Stands in for the CDK's own function that copies assets into a bucket: it is Python, and not of
 * this app. The same files come to lie under the same keys, put there by an administrator.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { FileAsset, Resource } from '../template/assembly.ts';

/** The type of resource that this stands in for. */
export const bucketDeploymentType = 'Custom::CDKBucketDeployment';

/** A file that is to be uploaded. */
export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
}

/** What such a resource uploads. Throws INVALID_CONFIGURATION for what it cannot. */
export function uploadsOf(
  resource: Resource,
  properties: JsonObject,
  assets: readonly FileAsset[],
): Upload[] {
  const { SourceObjectKeys, DestinationBucketName, DestinationBucketKeyPrefix, Extract } =
    properties;
  const keys = Array.isArray(SourceObjectKeys) ? SourceObjectKeys : [];
  const prefix = String(DestinationBucketKeyPrefix ?? '').replace(/\/*$/, '');
  return keys.flatMap((sourceKey) => {
    const asset = assets.find(({ objectKey }) => objectKey === sourceKey);
    if (asset === undefined) throw refuse(resource, `its source ${sourceKey} is no asset`);
    const isFolder = statSync(asset.path).isDirectory();
    if (!isFolder && String(Extract ?? 'true') === 'true') {
      throw refuse(resource, `its source ${asset.path} is an archive: give it a folder`);
    }
    const files = isFolder ? filesBelow(asset.path) : [asset.path];
    return files.map((file) => {
      const name = isFolder ? relative(asset.path, file).split(sep).join('/') : asset.objectKey;
      const key = prefix === '' ? name : `${prefix}/${name}`;
      return { bucket: String(DestinationBucketName), key, body: readFileSync(file) };
    });
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function refuse(resource: Resource, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `${resource.id}: ${reason}`);
}
