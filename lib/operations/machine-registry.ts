import type { MachineDefinition } from '../asl/definition.ts';
import { findTaskResources } from '../asl/find-task-resources.ts';
import { listKnown } from '../asl/known-names.ts';
import { createPayloadCheck } from '../batch/payload-schema.ts';
import { compileDefinition } from '../config/compile-definition.ts';
import type { MachineConfig } from '../config/config.ts';
import { MillraceError } from '../errors.ts';
import type { MachineRecord, MachineStore } from '../ports/store/machine-store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import type { AppDefinition } from './app-definition.ts';

/** A machine that can run: its newest version, and its parsed definition. */
export interface RegisteredMachine {
  readonly record: MachineRecord;
  readonly definition: MachineDefinition;
}

/** The machines of an app's configuration, as the store has recorded them. */
export class MachineRegistry {
  readonly #machines = new Map<string, RegisteredMachine>();

  /** Adds a machine; the app does so while it opens. */
  add(machine: RegisteredMachine): void {
    this.#machines.set(machine.record.id, machine);
  }

  /** Lists all machines, in the order of the configuration. */
  list(): RegisteredMachine[] {
    return [...this.#machines.values()];
  }

  /** Returns the machine with this id; throws UNKNOWN_MACHINE and names the known ones. */
  get(id: string): RegisteredMachine {
    const machine = this.#machines.get(id);
    if (machine !== undefined) return machine;
    const known = listKnown(id, this.#machines.keys());
    throw new MillraceError('UNKNOWN_MACHINE', `no machine is named '${id}'; ${known}`);
  }
}

/**
 * Reads, validates and records a machine.
 * @throws FILE_NOT_READABLE, MALFORMED_DOCUMENT, INVALID_DEFINITION
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

/** Returns the checks of the inputs and outputs of machines, by their schemas. */
export function createPayloadChecks(
  machines: Readonly<Record<string, MachineConfig>>,
): Required<Pick<AppDefinition, 'inputCheckOf' | 'outputCheckOf'>> {
  const checksOf = (field: 'input' | 'output') => {
    const checks = new Map(
      Object.entries(machines).flatMap(([id, { [field]: schema }]) =>
        schema === undefined ? [] : [[id, createPayloadCheck(schema)] as const],
      ),
    );
    return (machineId: string) => checks.get(machineId) ?? null;
  };
  return { inputCheckOf: checksOf('input'), outputCheckOf: checksOf('output') };
}

/** Throws UNKNOWN_HANDLER, which names every Task state that cannot be called, and why. */
export function requireHandlers(
  { record, definition }: RegisteredMachine,
  invoker: Pick<TaskInvoker, 'findRefusal'>,
): void {
  const refused = findTaskResources(definition).flatMap((task) => {
    const reason = invoker.findRefusal({ ...task, asWritten: true });
    return reason === null ? [] : [`  '${task.resource}' at ${task.location}: ${reason}`];
  });
  if (refused.length === 0) return;
  throw new MillraceError(
    'UNKNOWN_HANDLER',
    `${refused.length} task(s) of the machine '${record.id}' have no handler here:\n` +
      `${refused.join('\n')}\nAdd what is missing, or correct the Resource.`,
    { fields: { machineId: record.id, unknown: refused.length } },
  );
}
