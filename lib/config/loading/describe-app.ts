import { resolve } from 'node:path';
import { findTaskResources } from '../../asl/find-task-resources.ts';
import { isObjectUrl } from '../../batch/object-url.ts';
import { hasPlaceholder } from '../../batch/schedule/placeholders.ts';
import { toSchedulerExpression } from '../../batch/schedule/schedule-expression.ts';
import { parseSourceSpec } from '../../batch/source-spec.ts';
import { findClientPackage } from '../../drivers/aws/client-packages.ts';
import { MillraceError } from '../../errors.ts';
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
  const packages = resources.flatMap((resource) => findClientPackage(resource) ?? []);
  return {
    id,
    type: config.type ?? 'STANDARD',
    definition: JSON.parse(JSON.stringify(definition)),
    awsResources: [...new Set(resources.filter((resource) => resource.startsWith('arn:aws')))],
    clientPackages: [...new Set(packages)],
  };
}

function describeBatch(name: string, batch: BatchConfig, folder: string): BatchDescription {
  const source = parseSourceSpec(batch.source);
  // A file of each night is not there yet: it is put into the bucket by whoever makes it.
  const isUploaded = 'path' in source && !isObjectUrl(source.path) && !hasPlaceholder(source.path);
  const sourceFile = isUploaded ? resolve(folder, source.path) : null;
  return {
    name,
    machine: batch.machine,
    ...(batch.schedule !== undefined && { schedule: toServiceExpression(name, batch.schedule) }),
    ...(batch.timeZone !== undefined && { timeZone: batch.timeZone }),
    ...(batch.onObject !== undefined && { onObject: batch.onObject }),
    sourceFile,
    sourceKey: sourceFile === null ? null : uploadedKey(name, sourceFile),
    ...(batch.options?.results && { resultOutput: batch.options.results.output }),
  };
}

/** EventBridge Scheduler has no expression for some with five fields. */
function toServiceExpression(name: string, schedule: string): string {
  const expression = toSchedulerExpression(schedule);
  if (expression !== undefined) return expression;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `batches.${name}.schedule: EventBridge Scheduler starts nothing on days of the month and on ` +
      `days of the week, as '${schedule}' says: make two batches of it, or leave one of them *`,
  );
}
