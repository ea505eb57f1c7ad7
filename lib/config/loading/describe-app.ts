import { resolve } from 'node:path';
import { findTaskResources } from '../../asl/find-task-resources.ts';
import { isObjectUrl } from '../../batch/object-url.ts';
import { parseSourceSpec } from '../../batch/source-spec.ts';
import { defaultWeights } from '../../roles/delivery/priority-picker.ts';
import type { AppDescription, BatchDescription, MachineDescription } from '../app-description.ts';
import { compileDefinition } from '../compile-definition.ts';
import type { BatchConfig, MachineConfig } from '../config.ts';
import { uploadedKey } from '../uploaded-sources.ts';
import { loadConfig } from './load-config.ts';

/**
 * Describes the app of a configuration file to the infrastructure. Throws what loading the file
 * throws, and INVALID_DEFINITION for an invalid machine.
 * @param file @default the configuration in `folder`
 */
export async function describeApp(
  file?: string,
  folder: string = process.cwd(),
): Promise<AppDescription> {
  const loaded = await loadConfig(file, folder);
  const { machines, batches = {}, queues = defaultWeights, deployment } = loaded.config;
  const byWeight = Object.entries(queues).sort(([, a], [, b]) => b - a);
  return {
    configFile: loaded.file,
    queues: Object.fromEntries(byWeight),
    machines: await Promise.all(
      Object.entries(machines).map(([id, machine]) => describeMachine(id, machine, loaded.folder)),
    ),
    batches: Object.entries(batches).map(([name, batch]) =>
      describeBatch(name, batch, loaded.folder),
    ),
    ...(deployment !== undefined && { deployment }),
  };
}

async function describeMachine(
  id: string,
  config: MachineConfig,
  folder: string,
): Promise<MachineDescription> {
  const definition = await compileDefinition(id, config, folder);
  const resources = findTaskResources(definition).map(({ resource }) => resource);
  return {
    id,
    type: config.type ?? 'STANDARD',
    definition: JSON.parse(JSON.stringify(definition)),
    awsResources: [...new Set(resources.filter((resource) => resource.startsWith('arn:aws')))],
  };
}

function describeBatch(name: string, batch: BatchConfig, folder: string): BatchDescription {
  const source = parseSourceSpec(batch.source);
  const sourceFile =
    'path' in source && !isObjectUrl(source.path) ? resolve(folder, source.path) : null;
  return {
    name,
    machine: batch.machine,
    ...(batch.schedule !== undefined && { schedule: batch.schedule }),
    ...(batch.timeZone !== undefined && { timeZone: batch.timeZone }),
    ...(batch.onObject !== undefined && { onObject: batch.onObject }),
    sourceFile,
    sourceKey: sourceFile === null ? null : uploadedKey(name, sourceFile),
  };
}
