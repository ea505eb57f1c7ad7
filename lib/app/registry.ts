/**
 * The app's machines, recorded in the store under their newest version, and refused when a handler
 * is missing.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MachineDefinition, MachineType } from '../asl/definition.ts';
import { parseDefinition } from '../asl/parse.ts';
import { taskResources } from '../asl/task-resources.ts';
import { MillraceError, messageOf } from '../errors.ts';
import type { MachineRecord, MachineStore } from '../ports/machine-store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import type { MachineConfig } from './config.ts';

/** A machine that can be run. */
export interface RegisteredMachine {
  readonly record: MachineRecord;
  readonly definition: MachineDefinition;
}

/**
 * Reads, validates and records a machine. Throws FILE_NOT_READABLE, MALFORMED_DOCUMENT or
 * INVALID_DEFINITION.
 */
export async function registerMachine(
  store: Pick<MachineStore, 'putMachine'>,
  id: string,
  config: MachineConfig,
  folder: string,
): Promise<RegisteredMachine> {
  const definition = await compileDefinition(id, config, folder);
  const { type = 'STANDARD' } = config;
  const record = await store.putMachine(id, type, JSON.stringify(definition));
  return { record, definition };
}

/** The definition of a machine, valid. Throws as {@link registerMachine}. */
export async function compileDefinition(
  id: string,
  { type = 'STANDARD', definition }: MachineConfig,
  folder: string,
): Promise<MachineDefinition> {
  return typeof definition === 'string'
    ? await readDefinition(resolve(folder, definition), type)
    : parseDefinition(JSON.stringify(definition), { source: `machines.${id}.definition`, type });
}

/** The definition in a file, of a machine of `type`. */
export async function readDefinition(
  path: string,
  type: MachineType = 'STANDARD',
): Promise<MachineDefinition> {
  return parseDefinition(await readText(path), { source: path, type });
}

/** The text of a file; throws FILE_NOT_READABLE naming it. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MillraceError('FILE_NOT_READABLE', `${path} could not be read: ${messageOf(error)}`, {
      fields: { path },
      cause: error,
    });
  }
}

/** Throws UNKNOWN_HANDLER, naming every Task state whose resource nobody can call, and why. */
export function requireHandlers(
  { record, definition }: RegisteredMachine,
  invoker: Pick<TaskInvoker, 'refusal'>,
): void {
  const refused = taskResources(definition).flatMap((task) => {
    const reason = invoker.refusal(task);
    return reason === null ? [] : [`  '${task.resource}' at ${task.location}: ${reason}`];
  });
  if (refused.length === 0) return;
  throw new MillraceError(
    'UNKNOWN_HANDLER',
    `nothing here can carry out ${refused.length} task(s) of the machine '${record.id}':\n` +
      `${refused.join('\n')}\nAdd what is missing, or correct the Resource.`,
    { fields: { machineId: record.id, unknown: refused.length } },
  );
}
