import type { ObjectsSettings } from '../../config/settings.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { FolderObjectStore } from '../../drivers/system/folder-object-store.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/**
 * Opens the object store of the settings. S3's client is loaded only when it is used: it is a
 * package that an app adds itself. Throws INVALID_CONFIGURATION.
 */
export async function openObjectStore(settings: ObjectsSettings): Promise<ObjectStore> {
  if (settings.driver === 'files') return new FolderObjectStore(settings.folder);
  const { openS3ObjectStore } = await import('../../drivers/s3/s3-object-store.ts').catch(
    notInstalled('objects: the driver s3', '@aws-sdk/client-s3'),
  );
  return openS3ObjectStore(settings);
}
