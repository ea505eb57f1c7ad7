/** The state machines of a store. */

import type { MachineDefinition, MachineType } from '../asl/definition.ts';
import type { JsonObject } from '../asl/json/json.ts';
import { parseJson } from '../asl/json/parse-json.ts';
import { listKnown } from '../asl/known-names.ts';
import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../errors.ts';
import { createMachineGraph, type MachineGraph } from '../graph/machine-graph.ts';
import type { MachineRecord, MachineVersion } from '../ports/store/machine-store.ts';
import { parseTaskType } from '../roles/execution/task-machine.ts';
import type { AppContext } from './app-context.ts';

/** One version of a state machine. */
export interface MachineSummary {
  readonly id: string;
  readonly version: number;
  readonly type: MachineType;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** One version of a state machine with its definition. */
export interface MachineDetails extends MachineSummary {
  readonly definition: JsonObject;
}

/** One version of a state machine, and how much of it is under way. */
export interface MachineVersionSummary extends MachineSummary {
  /** The number of its open executions; null when there are too many to be counted. */
  readonly open: number | null;
}

/** The graph of one version of a state machine. */
export interface MachineGraphDetails extends MachineGraph {
  readonly machineId: string;
  readonly version: number;
}

/** Lists the newest version of each machine, by id. */
export async function listMachines({
  store,
}: Pick<AppContext, 'store'>): Promise<MachineSummary[]> {
  const machines = await store.listMachines();
  return machines.filter(isAuthored).map(toSummary);
}

/**
 * Returns a machine, in its newest version unless `version` is given.
 * @throws UNKNOWN_MACHINE
 */
export async function getMachine(
  { store }: Pick<AppContext, 'store'>,
  id: string,
  version?: number,
): Promise<MachineDetails> {
  const machine = await findMachine(store, id, version);
  return { ...toSummary(machine), definition: parseJson(machine.definition) as JsonObject };
}

/**
 * Lists the versions of a machine, newest first.
 * @throws UNKNOWN_MACHINE
 */
export async function listMachineVersions(
  { store }: Pick<AppContext, 'store'>,
  id: string,
  limit: number,
): Promise<MachineVersionSummary[]> {
  const versions = await store.listMachineVersions(await resolveId(store, id), limit);
  if (versions.length === 0) throw await unknownMachine(store, id);
  return versions.map((version) => ({ ...toSummary(version), open: version.open }));
}

/**
 * Returns the states of a machine and the edges between them, in its newest version unless
 * `version` is given. The graph of a version never changes.
 * @throws UNKNOWN_MACHINE
 */
export async function getMachineGraph(
  { store }: Pick<AppContext, 'store'>,
  id: string,
  version?: number,
): Promise<MachineGraphDetails> {
  const machine = await findMachine(store, id, version);
  // The store has only definitions that were valid when they were recorded.
  const definition = parseJson(machine.definition) as object as MachineDefinition;
  return { machineId: id, version: machine.version, ...createMachineGraph(definition) };
}

async function findMachine(
  store: AppContext['store'],
  id: string,
  version: number | undefined,
): Promise<MachineRecord> {
  const machine = await store.getMachine(await resolveId(store, id), version);
  if (machine === null) throw await unknownMachine(store, id, version);
  return machine;
}

/** A machine of the API that has the name of a deleted one has another id. */
async function resolveId(store: AppContext['store'], nameOrId: string): Promise<string> {
  return (await store.findStateMachine(nameOrId))?.id ?? nameOrId;
}

async function unknownMachine(
  store: AppContext['store'],
  id: string,
  version?: number,
): Promise<MillraceError> {
  const ids = (await listMachines({ store })).map((machine) => machine.id);
  const message =
    version !== undefined && ids.includes(id)
      ? `the store has no machine '${id}' with the version ${version}`
      : `the store has no machine '${id}'; ${listKnown(id, ids)}`;
  return new MillraceError('UNKNOWN_MACHINE', message, { fields: { machineId: id } });
}

/** Millrace itself writes the machines of custom tasks and of a Map's children. */
function isAuthored({ id }: MachineRecord): boolean {
  return parseTaskType(id) === null && !isChildMachine(id);
}

function toSummary({ id, version, kind, createdAt }: Omit<MachineVersion, 'open'>): MachineSummary {
  return { id, version, type: kind, createdAt };
}
