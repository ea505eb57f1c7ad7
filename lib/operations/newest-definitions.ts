/** Redrives under the newest definition of a machine instead of the one that an execution has. */
import type { Machine } from '../engine/machine.ts';
import { decodeSnapshot } from '../engine/snapshot.ts';
import { findRedriveProblem } from '../engine/states/redrive-problem.ts';
import type { ExecutionRecord, MachineVersions } from '../ports/store/execution-store.ts';
import type { MachineCatalog } from '../roles/execution/machine-catalog.ts';
import type { AppContext } from './app-context.ts';
import { createMachineCatalog } from './create-executor.ts';

/** The parts of the context that newest definitions are found with. */
export type NewestContext = Pick<AppContext, 'store' | 'machines' | 'settings'>;

/** What of a selection can be redriven under the newest definitions. */
export interface NewestSelection {
  readonly ids: readonly string[];
  /** The version for each of their machines. */
  readonly versions: MachineVersions;
  /** Why the others cannot be. */
  readonly refused: readonly { readonly id: string; readonly problem: string }[];
}

/**
 * Selects those of the executions that can continue under the newest definition of their machine:
 * the one of this program, or the store's newest for a machine that this program does not have.
 */
export async function selectForNewest(
  context: NewestContext,
  ids: readonly string[],
): Promise<NewestSelection> {
  const catalog = createMachineCatalog(context);
  const versions: Record<string, number> = {};
  const selected: string[] = [];
  const refused: { readonly id: string; readonly problem: string }[] = [];
  for (const id of ids) {
    const execution = await context.store.getExecution(id);
    if (execution === null) {
      refused.push({ id, problem: 'it is unknown' });
      continue;
    }
    const { machineId } = execution;
    const version = versions[machineId] ?? (await findNewest(context, machineId));
    const problem =
      version === null
        ? `the store has no definition of its machine '${machineId}'`
        : await findProblem(catalog, execution, version);
    if (version !== null) versions[machineId] = version;
    if (problem === null) selected.push(id);
    else refused.push({ id, problem });
  }
  return { ids: selected, versions, refused };
}

async function findNewest(
  { store, machines }: NewestContext,
  machineId: string,
): Promise<number | null> {
  const own = machines.list().find(({ record }) => record.id === machineId);
  return own?.record.version ?? (await store.getMachine(machineId))?.version ?? null;
}

async function findProblem(
  catalog: MachineCatalog,
  { machineId, snapshot }: Pick<ExecutionRecord, 'machineId' | 'snapshot'>,
  version: number,
): Promise<string | null> {
  if (snapshot === null) return null;
  const machine: Machine = await catalog.get(machineId, version);
  const problem = findRedriveProblem(machine, decodeSnapshot(snapshot));
  return problem && `under version ${version} of '${machineId}' ${problem}`;
}
