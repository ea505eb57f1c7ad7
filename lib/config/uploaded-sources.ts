/** Where a deployment to AWS puts the local files that batches read. */
import { basename } from 'node:path';
import { isObjectUrl, objectUrlScheme } from '../batch/object-url.ts';
import type { BatchConfig, MillraceConfig } from './config.ts';

/** Returns the key of a batch's file in the app's bucket, to which each deploy uploads it. */
export function uploadedKey(batch: string, file: string): string {
  return `sources/${batch}/${basename(file)}`;
}

/**
 * Returns the configuration with the uploaded objects in place of local files: the functions of a
 * deployment cannot read the files of the machine that starts a batch.
 * @param bucket the app's bucket; undefined changes nothing
 */
export function withUploadedSources(
  config: MillraceConfig,
  bucket: string | undefined,
): MillraceConfig {
  const { batches } = config;
  if (bucket === undefined || batches === undefined) return config;
  const changed = Object.entries(batches).map(([name, batch]): [string, BatchConfig] => [
    name,
    withResultsIn(bucket, withSourceIn(bucket, name, batch)),
  ]);
  return { ...config, batches: Object.fromEntries(changed) };
}

function withSourceIn(bucket: string, name: string, batch: BatchConfig): BatchConfig {
  const { source } = batch;
  if (!('path' in source) || isObjectUrl(source.path)) return batch;
  const path = `${objectUrlScheme}${bucket}/${uploadedKey(name, source.path)}`;
  return { ...batch, source: { ...source, path } };
}

/** A function has no folder that anyone could read: its files of results are in the bucket, too. */
function withResultsIn(bucket: string, batch: BatchConfig): BatchConfig {
  const results = batch.options?.results ?? null;
  if (results === null || isObjectUrl(results.output)) return batch;
  const key = results.output.replace(/^(\.?\/)+/, '');
  const output = `${objectUrlScheme}${bucket}/${key}`;
  return { ...batch, options: { ...batch.options, results: { ...results, output } } };
}
