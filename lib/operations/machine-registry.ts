/**
 * The app's machines, recorded in the store under their newest version, and refused when a handler
 * is missing.
 */
import type { MachineDefinition } from '../asl/definition.ts';
import { taskResources } from '../asl/task-resources.ts';
import { compileDefinition } from '../config/compile-definition.ts';
import type { MachineConfig } from '../config/config.ts';
import { MillraceError } from '../errors.ts';
import type { MachineRecord, MachineStore } from '../ports/machine-store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';

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
