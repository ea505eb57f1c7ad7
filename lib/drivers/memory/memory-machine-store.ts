import type {
  MachineRecord,
  MachineStore,
  MachineVersion,
} from '../../ports/store/machine-store.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import { type MemoryTables, sortedBy } from './memory-tables.ts';

/** State machines in memory. */
export function createMemoryMachineStore(tables: MemoryTables): MachineStore {
  return {
    putMachine: async (id, kind, definition) => put(tables, toStorableText(id), kind, definition),
    getMachine: async (id, version) => {
      const versions = tables.machines.get(toStorableText(id)) ?? [];
      const found = version === undefined ? versions.at(-1) : versions[version - 1];
      return found === undefined ? null : { ...found };
    },
    listMachines: async () =>
      sortedBy(
        [...tables.machines.values()].flatMap((versions) => versions.slice(-1)),
        byId,
      ).map((machine) => ({ ...machine })),
    listMachineVersions: async (id, limit) => listVersions(tables, toStorableText(id), limit),
  };
}

function listVersions(tables: MemoryTables, id: string, limit: number): MachineVersion[] {
  const open = new Map<number, number>();
  for (const { machineId, machineVersion } of tables.open) {
    if (machineId !== id) continue;
    open.set(machineVersion, (open.get(machineVersion) ?? 0) + 1);
  }
  return (tables.machines.get(id) ?? [])
    .toReversed()
    .slice(0, limit)
    .map(({ definition, ...version }) => ({ ...version, open: open.get(version.version) ?? 0 }));
}

function byId({ id }: MachineRecord): string {
  return id;
}

function put(
  tables: MemoryTables,
  id: string,
  kind: MachineRecord['kind'],
  text: string,
): MachineRecord {
  const definition = toStorableDocument(text);
  const versions = tables.machines.get(id) ?? [];
  const newest = versions.at(-1);
  if (newest?.kind === kind && newest.definition === definition) return { ...newest };
  const version = versions.length + 1;
  const machine = { id, version, kind, definition, createdAt: tables.now() };
  tables.machines.set(id, [...versions, machine]);
  return { ...machine };
}
