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
      const found =
        version === undefined
          ? versions.at(-1)
          : versions.find((found) => found.version === version);
      return found === undefined ? null : { ...found };
    },
    listMachines: async () =>
      sortedBy(
        [...tables.machines.values()]
          .flatMap((versions) => versions.slice(-1))
          .filter(({ id }) => tables.registry.machines.get(id)?.status !== 'DELETED'),
        byId,
      ).map((machine) => ({ ...machine })),
    listMachineVersions: async (id, limit) => listVersions(tables, toStorableText(id), limit),
    pruneMachineVersions: async (retentionMs, limit) => prune(tables, retentionMs, limit),
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

function prune(tables: MemoryTables, retentionMs: number, limit: number): number {
  const before = tables.now() - retentionMs;
  const used = new Set(
    [...tables.executions.values(), ...tables.batches.values()].map(toVersionKey),
  );
  let deleted = 0;
  for (const [id, versions] of tables.machines) {
    const kept = versions.filter((machine, index) => {
      const { version } = machine;
      const isReplaced =
        versions.slice(index + 1).some(({ createdAt }) => createdAt <= before) &&
        (tables.machineRecordedAt.get(machine) ?? 0) <= before;
      const key = toVersionKey({ machineId: id, machineVersion: version });
      if (!isReplaced || used.has(key) || deleted >= limit) return true;
      deleted += 1;
      return false;
    });
    tables.machines.set(id, kept);
  }
  return deleted;
}

function toVersionKey(of: { readonly machineId: string; readonly machineVersion: number }): string {
  return JSON.stringify([of.machineId, of.machineVersion]);
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
  const known = versions.findLast((each) => each.kind === kind && each.definition === definition);
  const version = (versions.at(-1)?.version ?? 0) + 1;
  const machine = known ?? { id, version, kind, definition, createdAt: tables.now() };
  if (known === undefined) tables.machines.set(id, [...versions, machine]);
  tables.machineRecordedAt.set(machine, tables.now());
  return { ...machine };
}
