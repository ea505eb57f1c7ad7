import { trustDefinition } from '../asl/check-definition.ts';
import type { JsonObject } from '../asl/json/json.ts';
import type { BatchConfig, MachineConfig, MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { envNames, type SettingOverrides } from '../config/setting-sources.ts';
import { MillraceError } from '../errors.ts';

/** What replaces the files of an app in a bundle. */
export interface InlinedFiles {
  /** Validated definitions by the id of their machine. */
  readonly definitions: Readonly<Record<string, JsonObject>>;
  /** Keys of uploaded source files by the name of their batch; other batches keep their source. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * Returns the configuration without local paths: definitions are inlined, and source files are
 * objects of the app's bucket. The bundler generates a module that calls it, because a function has
 * none of the app's files. Throws INVALID_CONFIGURATION when a source was uploaded and the
 * environment names no bucket.
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
    machines: mapValues(machines, (id, machine) =>
      inlineDefinition(machine, ownValue(definitions, id)),
    ),
    batches: mapValues(batches, (name, batch) => inlineSource(batch, ownValue(sources, name), env)),
  };
}

function inlineDefinition(machine: MachineConfig, definition?: JsonObject): MachineConfig {
  if (definition === undefined) return machine;
  trustDefinition(definition, machine.type);
  return { ...machine, definition };
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
      `a batch reads '${key}' from the app's bucket: set ${envNames.bucket} to the bucket's name`,
      { fields: { variable: envNames.bucket } },
    );
  }
  return { ...batch, source: { ...batch.source, path: `s3://${env.bucket}/${key}` } };
}

function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
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
