/**
 * The app as a function's bundle holds it: its definitions inlined, its batches' files in the
 * stack's bucket. The bundler writes the module that calls this, so that nothing is read from a
 * folder that is not there.
 */
import type { JsonObject } from '../asl/json/json.ts';
import type { BatchConfig, MachineConfig, MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { envNames } from '../config/setting-sources.ts';
import { MillraceError } from '../errors.ts';

/** What the bundler puts in place of the app's files. */
export interface InlinedFiles {
  /** The definition of each machine, by the machine's id. */
  readonly definitions: Readonly<Record<string, JsonObject>>;
  /** Where a batch's file lies in the bucket, by the batch's name; others keep their sources. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * The configuration with `files` in the place of paths.
 * Throws INVALID_CONFIGURATION when a batch has a file and the environment names no bucket.
 *
 * @example
 * export default inlineApp(config, { definitions: { order: { … } }, sources: {} });
 */
export function inlineApp(
  config: MillraceConfig,
  { definitions, sources }: InlinedFiles,
  env: SettingOverrides = readEnv(),
): MillraceConfig {
  const { machines, batches = {} } = config;
  return {
    ...config,
    machines: mapValues(machines, (id, machine) => inlineDefinition(machine, own(definitions, id))),
    batches: mapValues(batches, (name, batch) => inlineSource(batch, own(sources, name), env)),
  };
}

function inlineDefinition(machine: MachineConfig, definition?: JsonObject): MachineConfig {
  return definition === undefined ? machine : { ...machine, definition };
}

function inlineSource(
  batch: BatchConfig,
  key: string | undefined,
  env: SettingOverrides,
): BatchConfig {
  if (key === undefined || !('path' in batch.source)) return batch;
  if (env.bucket === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `a batch reads '${key}' of the app's bucket: set ${envNames.bucket} to the bucket's name`,
      { fields: { variable: envNames.bucket } },
    );
  }
  return { ...batch, source: { ...batch.source, path: `s3://${env.bucket}/${key}` } };
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  change: (key: string, value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(key, value)]),
  );
}
