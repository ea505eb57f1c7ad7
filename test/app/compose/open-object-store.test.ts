/** The object store of the settings. */
import { expect, it } from 'vitest';
import { openObjectStore } from '../../../lib/app/compose/open-object-store.ts';
import { S3ObjectStore } from '../../../lib/drivers/s3/s3-object-store.ts';
import { FolderObjectStore } from '../../../lib/drivers/system/folder-object-store.ts';

it('objects are kept in a folder or in S3, as the settings say', async () => {
  const region = 'eu-central-1';

  expect(await openObjectStore({ driver: 'files', folder: '.' })).toBeInstanceOf(FolderObjectStore);
  expect(await openObjectStore({ driver: 's3', region })).toBeInstanceOf(S3ObjectStore);
});
