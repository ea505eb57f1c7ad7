import type { Page, PageRequest } from '../page.ts';

/** One or two versions and their weights in percent, which sum to 100. */
export interface AliasRoute {
  readonly version: number;
  readonly weight: number;
}

/** An alias of a machine: a name that routes new executions to versions. */
export interface MachineAlias {
  readonly machineId: string;
  readonly name: string;
  readonly description: string;
  readonly routes: readonly AliasRoute[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An alias to record. */
export type NewMachineAlias = Pick<MachineAlias, 'machineId' | 'name' | 'description' | 'routes'>;

/** What came of recording an alias. */
export type AliasCreation =
  | { readonly kind: 'created' | 'exists'; readonly alias: MachineAlias }
  /** A version that it names is not there, or the machine is not ACTIVE. */
  | { readonly kind: 'noVersion' }
  | { readonly kind: 'full' };

/** The aliases of machines. */
export interface AliasStore {
  /** Records an alias, unless the machine has one of the name. */
  createAlias(alias: NewMachineAlias, aliasesMax: number): Promise<AliasCreation>;
  /** Changes what is given; null when it is not there, or a version that it would name is not. */
  updateAlias(
    machineId: string,
    name: string,
    change: { readonly description?: string; readonly routes?: readonly AliasRoute[] },
  ): Promise<MachineAlias | null>;
  getAlias(machineId: string, name: string): Promise<MachineAlias | null>;
  /** Does nothing when it is not there. */
  deleteAlias(machineId: string, name: string): Promise<void>;
  /**
   * Lists aliases, the oldest first.
   * @param version only aliases that name this version. @default all
   */
  listAliases(machineId: string, page: PageRequest, version?: number): Promise<Page<MachineAlias>>;
}
