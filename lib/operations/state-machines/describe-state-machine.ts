import { isChildMachine, parseMapRun } from '../../batch/map-run/map-run-batch.ts';
import { machineNameOf } from '../../engine/arn/make-arn.ts';
import { MillraceError } from '../../errors.ts';
import type { ExecutionRecord } from '../../ports/store/execution-store.ts';
import type { MachineAlias } from '../../ports/store/machines/alias-store.ts';
import type { PublishedVersion } from '../../ports/store/machines/published-version-store.ts';
import type {
  LivingMachine,
  MachineRevision,
} from '../../ports/store/machines/state-machine-store.ts';
import type { AppContext } from '../app-context.ts';
import { requireStateMachine, unknownAlias, unknownVersion } from './machine-refusals.ts';
import type { MachineTarget } from './machine-target.ts';
import { definitionTextOf } from './read-machine.ts';

/** A machine, version or alias with the revision that it stands for. */
export interface DescribedMachine {
  readonly machine: LivingMachine;
  readonly revision: MachineRevision;
  /** Letter for letter. */
  readonly definition: string;
  /** The published version that was asked for, or to which most executions of the alias go. */
  readonly version: PublishedVersion | null;
  readonly alias: MachineAlias | null;
}

/** The revision that an execution runs on. */
export interface ExecutionMachine {
  readonly machineId: string;
  readonly name: string;
  readonly revision: MachineRevision;
  /** Letter for letter. */
  readonly definition: string;
  /** The map run that it is a child of, and the label of the Map; null for any other. */
  readonly mapRunBatchId: string | null;
  readonly label: string | null;
}

/**
 * Describes a machine, a published version or an alias.
 * @throws UNKNOWN_MACHINE, UNKNOWN_VERSION, UNKNOWN_ALIAS
 */
export async function describeStateMachine(
  context: Pick<AppContext, 'store'>,
  { name, qualifier }: MachineTarget,
): Promise<DescribedMachine> {
  const machine = await requireStateMachine(context, name);
  if (qualifier === null) {
    return describe(machine, machine.current, { version: null, alias: null });
  }
  const { store } = context;
  const alias =
    qualifier.kind === 'alias' ? await store.getAlias(machine.id, qualifier.name) : null;
  if (qualifier.kind === 'alias' && alias === null) throw unknownAlias(name, qualifier.name);
  const number = qualifier.kind === 'version' ? qualifier.number : heaviest(alias);
  const version = await store.getPublishedVersion(machine.id, number);
  const revision = version === null ? null : await store.getRevision(machine.id, version.revision);
  if (version === null || revision === null) throw unknownVersion(name, number);
  return describe(machine, revision, { version, alias });
}

function describe(
  machine: LivingMachine,
  revision: MachineRevision,
  named: Pick<DescribedMachine, 'version' | 'alias'>,
): DescribedMachine {
  return { machine, revision, definition: definitionTextOf(revision), ...named };
}

function heaviest(alias: MachineAlias | null): number {
  const routes = [...(alias?.routes ?? [])].sort((one, other) => other.weight - one.weight);
  return routes[0]?.version ?? 0;
}

/**
 * Describes the revision that an execution runs on, also when its machine was deleted.
 * @throws UNKNOWN_MACHINE when retention has deleted the revision
 */
export async function describeMachineOfExecution(
  { store }: Pick<AppContext, 'store'>,
  { machineId, machineVersion, batchId }: ExecutionRecord,
): Promise<ExecutionMachine> {
  const revision = await store.getRevision(machineId, machineVersion);
  if (revision === null) {
    throw new MillraceError(
      'UNKNOWN_MACHINE',
      `the store has no revision ${machineVersion} of the machine '${machineId}' any more`,
      { fields: { machine: machineId } },
    );
  }
  const isChild = isChildMachine(machineId);
  const parent = isChild && batchId !== null ? await findParentRevision(store, batchId) : null;
  return {
    machineId,
    name: machineNameOf(machineId),
    revision: parent === null ? revision : { ...revision, ...settingsOf(parent) },
    definition: definitionTextOf(revision),
    mapRunBatchId: isChild ? batchId : null,
    label: isChild ? machineId.slice(machineId.indexOf('/') + 1) : null,
  };
}

/** The revision of the machine whose distributed Map has a run. */
async function findParentRevision(
  store: Pick<AppContext['store'], 'getBatch' | 'getRevision'>,
  batchId: string,
): Promise<MachineRevision | null> {
  const batch = await store.getBatch(batchId);
  const run = batch === null ? null : parseMapRun(batch);
  if (run === null) return null;
  return await store.getRevision(run.parent.machineId, run.parent.machineVersion);
}

/** What the children of a distributed Map have of its machine. */
function settingsOf({ roleArn, logging, tracing, encryption }: MachineRevision) {
  return { roleArn, logging, tracing, encryption };
}
