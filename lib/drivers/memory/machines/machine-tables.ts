import type { AwsScope } from '../../../engine/arn/aws-scope.ts';
import type { ActivityRecord } from '../../../ports/store/machines/activity-registry-store.ts';
import type { MachineAlias } from '../../../ports/store/machines/alias-store.ts';
import type { PublishedVersion } from '../../../ports/store/machines/published-version-store.ts';
import type {
  MachineRevision,
  StateMachineRecord,
} from '../../../ports/store/machines/state-machine-store.ts';
import type { MemoryTables } from '../memory-tables.ts';

/** A machine, also one that was deleted: executions may have its id. */
export interface StateMachineRow extends Omit<StateMachineRecord, 'status'> {
  status: StateMachineRecord['status'] | 'DELETED';
  kind: StateMachineRecord['kind'];
  origin: StateMachineRecord['origin'];
  createdAt: number;
  deletingAt: number | null;
  lastVersion: number;
  currentRevision: number;
}

/** What a revision has besides its definition. */
export type RevisionRow = Pick<
  MachineRevision,
  'revisionId' | 'definitionText' | 'roleArn' | 'logging' | 'tracing' | 'encryption'
>;

/** The data of machines besides their definitions, in memory. */
export class MachineTables {
  scope: AwsScope | null = null;
  readonly machines = new Map<string, StateMachineRow>();
  /** By {@link revisionKey}. */
  readonly revisions = new Map<string, RevisionRow>();
  /** By machine, oldest first. */
  readonly versions = new Map<string, PublishedVersion[]>();
  /** By machine and name. */
  readonly aliases = new Map<string, Map<string, MachineAlias>>();
  /** By resource and key. */
  readonly tags = new Map<string, Map<string, string>>();
  readonly activities = new Map<string, ActivityRecord>();
  /** By execution: when each token redrove it. */
  readonly redriveTokens = new Map<string, Map<string, number>>();

  /** Returns the living machine with this name or id. */
  findLiving(nameOrId: string): StateMachineRow | null {
    for (const row of this.machines.values()) {
      if (row.status === 'DELETED') continue;
      if (nameOrId.includes('~') ? row.id === nameOrId : row.name === nameOrId) return row;
    }
    return null;
  }

  /** Returns the id that a machine's name, or that of a Map of it, stands for. */
  resolveId(nameOrId: string): string {
    const [machine = '', ...label] = nameOrId.split('/');
    const id = this.findLiving(machine)?.id ?? machine;
    return [id, ...label].join('/');
  }
}

/** Returns the map key of a revision. */
export function revisionKey(id: string, version: number): string {
  return JSON.stringify([id, version]);
}

/** Whether an execution is one of a machine, or of the children of its Maps. */
export function belongsToMachine(row: { readonly machineId: string }, id: string): boolean {
  return row.machineId.split('/', 1)[0] === id;
}

/** Whether executions of a machine are open. */
export function hasOpen({ open }: MemoryTables, id: string): boolean {
  for (const row of open) if (belongsToMachine(row, id)) return true;
  return false;
}
