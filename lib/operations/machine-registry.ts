import type { MachineDefinition } from '../asl/definition.ts';
import { findTaskResources, type ResourceReference } from '../asl/find-task-resources.ts';
import { listKnown } from '../asl/known-names.ts';
import { createPayloadCheck } from '../batch/payload-schema.ts';
import { compileDefinition, readDefinitionText } from '../config/compile-definition.ts';
import type { MachineConfig } from '../config/config.ts';
import { MillraceError } from '../errors.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { MachineRecord } from '../ports/store/machine-store.ts';
import type { StateMachineStore } from '../ports/store/machines/state-machine-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TaskInvoker } from '../ports/task-invoker.ts';
import { parseActivityName } from '../roles/callbacks/activity-tasks.ts';
import { parseMachineId } from '../roles/callbacks/start-execution-parameters.ts';
import type { AppDefinition } from './app-definition.ts';
import type { MachineQualifier } from './state-machines/machine-target.ts';

/** A machine that can run: its newest version, and its parsed definition. */
export interface RegisteredMachine {
  readonly record: MachineRecord;
  readonly definition: MachineDefinition;
  /** The published version or the alias that it was asked for by. @default neither */
  readonly qualifier?: MachineQualifier;
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

  /** Returns the machine with this id, if the configuration has it. */
  find(id: string): RegisteredMachine | undefined {
    return this.#machines.get(id);
  }

  /** Returns the machine with this id; throws UNKNOWN_MACHINE and names the known ones. */
  get(id: string): RegisteredMachine {
    const machine = this.#machines.get(id);
    if (machine !== undefined) return machine;
    const known = listKnown(id, this.#machines.keys());
    throw new MillraceError('UNKNOWN_MACHINE', `no machine is named '${id}'; ${known}`);
  }
}

/** What records the machines of a configuration. */
export interface MachineRecorder {
  readonly store: Pick<StateMachineStore, 'registerConfigMachine'>;
  readonly entropy: Pick<Entropy, 'uuid'>;
}

/**
 * Reads, validates and records a machine.
 * @throws FILE_NOT_READABLE, MALFORMED_DOCUMENT, INVALID_DEFINITION
 * @throws CONFLICT when a machine that was made through the API has the name
 */
export async function registerMachine(
  { store, entropy }: MachineRecorder,
  id: string,
  config: MachineConfig,
  folder: string,
): Promise<RegisteredMachine> {
  const definition = await compileDefinition(id, config, folder);
  const text = JSON.stringify(definition);
  const written = await readDefinitionText(config, folder);
  const record = await store.registerConfigMachine({
    id,
    kind: config.type ?? 'STANDARD',
    definition: text,
    definitionText: written === text ? null : written,
    revisionId: entropy.uuid(),
  });
  if (record !== null) return { record, definition };
  throw new MillraceError(
    'CONFLICT',
    `the store has a machine '${id}' that was made through the API of Step Functions: delete it ` +
      'there, or give the machine of the configuration another name',
    { fields: { machineId: id } },
  );
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

/** What a machine's Tasks are held against before it runs. */
export interface HandlerLookup {
  readonly invoker: Pick<TaskInvoker, 'findRefusal'>;
  /** Has machines and activities besides those of the configuration. */
  readonly store: Pick<Store, 'findStateMachine' | 'getActivity'>;
}

/** Throws UNKNOWN_HANDLER, which names every Task state that cannot be called, and why. */
export async function requireHandlers(
  { record, definition }: RegisteredMachine,
  { invoker, store }: HandlerLookup,
): Promise<void> {
  const refused: string[] = [];
  for (const task of findTaskResources(definition)) {
    const reason = invoker.findRefusal({ ...task, asWritten: true });
    if (reason === null || (await isInStore(store, task))) continue;
    refused.push(`  '${task.resource}' at ${task.location}: ${reason}`);
  }
  if (refused.length === 0) return;
  throw new MillraceError(
    'UNKNOWN_HANDLER',
    `${refused.length} task(s) of the machine '${record.id}' have no handler here:\n` +
      `${refused.join('\n')}\nAdd what is missing, or correct the Resource.`,
    { fields: { machineId: record.id, unknown: refused.length } },
  );
}

/** Whether a Task starts a machine, or waits for an activity, that was made through the API. */
async function isInStore(
  store: HandlerLookup['store'],
  { resource, parameters }: ResourceReference,
): Promise<boolean> {
  if (/^arn:[^:]+:states:[^:]*:[^:]*:activity:/.test(resource)) {
    return (await store.getActivity(parseActivityName(resource))) !== null;
  }
  if (!/^arn:[^:]+:states:::states:startExecution\b/.test(resource)) return false;
  const machine = parseMachineId(parameters);
  return machine !== null && (await store.findStateMachine(machine)) !== null;
}
