import type { MachineType } from '../../../asl/definition.ts';
import type { MachineRecord } from '../machine-store.ts';
import type { Page, PageRequest } from '../page.ts';

/** Who a machine belongs to: the configuration of an app, or the API. */
export type MachineOrigin = 'config' | 'api';

/** DELETING: nothing starts any more, and what runs is being aborted. */
export type StateMachineStatus = 'ACTIVE' | 'DELETING';

/** What a revision of a machine has besides its definition; the last three are JSON texts. */
export interface RevisionSettings {
  /** The definition letter for letter, when it was written in another form. */
  readonly definitionText: string | null;
  /** '' for none. */
  readonly roleArn: string;
  readonly logging: string | null;
  readonly tracing: string | null;
  readonly encryption: string | null;
}

/** One revision of a machine. It never changes. */
export interface MachineRevision extends MachineRecord, RevisionSettings {
  /** A UUID; null for the revision that a machine was created with. */
  readonly revisionId: string | null;
}

/** A machine that lives: its name is taken until its deletion is complete. */
export interface StateMachineRecord {
  /** The name, or the name and `~2`, `~3` … after the deletion of earlier machines of the name. */
  readonly id: string;
  readonly name: string;
  readonly kind: MachineType;
  readonly status: StateMachineStatus;
  readonly origin: MachineOrigin;
  readonly createdAt: number;
  readonly deletingAt: number | null;
  /** The number of the version that was published last; 0 before the first. */
  readonly lastVersion: number;
}

/** A living machine, with the revision that new executions run on. */
export interface LivingMachine extends StateMachineRecord {
  readonly current: MachineRevision;
}

/** A machine to record. */
export interface NewStateMachine extends RevisionSettings {
  readonly name: string;
  readonly kind: MachineType;
  readonly definition: string;
}

/** A machine of the configuration to record. */
export interface ConfigMachine extends Pick<NewStateMachine, 'kind' | 'definition'> {
  readonly id: string;
  readonly definitionText: string | null;
  /** Of the revision, when it is a new one. */
  readonly revisionId: string;
}

/** A revision to add, if the current one is still `from`. */
export interface NewRevision extends RevisionSettings {
  readonly id: string;
  readonly from: number;
  readonly definition: string;
  readonly revisionId: string;
}

/**
 * The machines of the configuration and of the API. Names are unique among living machines; ids
 * are never used again while executions have them.
 */
export interface StateMachineStore {
  /** Creates a machine of the API; `created` is false when a living machine has the name. */
  createStateMachine(
    machine: NewStateMachine,
  ): Promise<{ readonly machine: LivingMachine; readonly created: boolean }>;
  /**
   * Records the definition of a machine of the configuration and makes it the current revision, as
   * `putMachine` does. Null, with nothing changed, when the name is that of a machine of the API.
   */
  registerConfigMachine(machine: ConfigMachine): Promise<MachineRecord | null>;
  /** Finds a living machine by its name or by its id. */
  findStateMachine(nameOrId: string): Promise<LivingMachine | null>;
  /** Finds living machines by their names, for starts; those that are not there are left out. */
  findStateMachines(names: readonly string[]): Promise<LivingMachine[]>;
  /** Adds a revision; null when the current one is another by now, or the machine is not ACTIVE. */
  reviseStateMachine(revision: NewRevision): Promise<LivingMachine | null>;
  /** Returns a revision with its settings, also of a machine that was deleted. */
  getRevision(id: string, version: number): Promise<MachineRevision | null>;
  /** Lists living machines, the oldest first. */
  listStateMachines(page: PageRequest): Promise<Page<StateMachineRecord>>;
  /** Makes a machine of the API DELETING; false when none lives. Safe to repeat. */
  beginMachineDeletion(id: string): Promise<boolean>;
  /** Lists up to `limit` open executions of a machine and of its Maps' children. */
  listOpenOfMachine(id: string, limit: number): Promise<string[]>;
  /**
   * Deletes a DELETING machine with its versions, aliases and tags, unless executions of it are
   * open; its revisions stay for the executions that have them. Returns whether it is gone.
   */
  finishMachineDeletion(id: string): Promise<boolean>;
  /** Lists the ids of machines that are DELETING, at most `limit`. */
  listDeletingMachines(limit: number): Promise<string[]>;
  /**
   * Forgets up to `limit` deleted machines that no execution and no batch has any more, with their
   * revisions; returns how many.
   */
  pruneDeletedMachines(limit: number): Promise<number>;
}
