import type { MachineRecord } from '../../../ports/store/machine-store.ts';
import type {
  ConfigMachine,
  LivingMachine,
  MachineRevision,
  NewRevision,
  NewStateMachine,
  StateMachineRecord,
  StateMachineStore,
} from '../../../ports/store/machines/state-machine-store.ts';
import type { Page, PageRequest } from '../../../ports/store/page.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import { toStorableDocument, toStorableText } from '../../shared/storable.ts';
import type { MemoryTables } from '../memory-tables.ts';
import type { StateMachineRow } from './machine-tables.ts';
import { belongsToMachine, hasOpen, type RevisionRow, revisionKey } from './machine-tables.ts';

/** Machines of the configuration and of the API in memory. */
export function createMemoryStateMachineStore(tables: MemoryTables): StateMachineStore {
  const { registry } = tables;
  return {
    createStateMachine: async (machine) => create(tables, machine),
    registerConfigMachine: async (machine) => register(tables, machine),
    findStateMachine: async (nameOrId) => {
      const row = registry.findLiving(toStorableText(nameOrId));
      return row === null ? null : toStateMachine(tables, row);
    },
    findStateMachines: async (names) =>
      [...new Set(names.map(toStorableText))].flatMap((name) => {
        const row = registry.findLiving(name);
        return row === null ? [] : [toStateMachine(tables, row)];
      }),
    reviseStateMachine: async (revision) => revise(tables, revision),
    getRevision: async (id, version) => findRevision(tables, toStorableText(id), version),
    listStateMachines: async (page) => list(tables, page),
    beginMachineDeletion: async (id) => {
      const row = registry.machines.get(toStorableText(id));
      if (row === undefined || row.origin !== 'api' || row.status === 'DELETED') return false;
      row.status = 'DELETING';
      row.deletingAt ??= tables.now();
      return true;
    },
    listOpenOfMachine: async (id, limit) =>
      [...tables.open]
        .filter((row) => belongsToMachine(row, id))
        .slice(0, limit)
        .map((row) => row.id),
    finishMachineDeletion: async (id) => finishDeletion(tables, toStorableText(id)),
    listDeletingMachines: async (limit) =>
      [...registry.machines.values()]
        .filter(({ status }) => status === 'DELETING')
        .map(({ id }) => id)
        .sort()
        .slice(0, limit),
    pruneDeletedMachines: async (limit) => pruneDeleted(tables, limit),
  };
}

function create(tables: MemoryTables, machine: NewStateMachine) {
  const { registry } = tables;
  const name = toStorableText(machine.name);
  const living = registry.findLiving(name);
  if (living !== null) return { machine: toStateMachine(tables, living), created: false };
  const numbers = [...registry.machines.values()]
    .filter((row) => row.name === name)
    .map(({ id }) => (id.includes('~') ? Number(id.slice(id.lastIndexOf('~') + 1)) : 1));
  const number = Math.max(0, ...numbers) + 1;
  const id = number === 1 && !name.startsWith('task.') ? name : `${name}~${number}`;
  const row: StateMachineRow = {
    id,
    name,
    kind: machine.kind,
    status: 'ACTIVE',
    origin: 'api',
    createdAt: tables.now(),
    deletingAt: null,
    lastVersion: 0,
    currentRevision: 1,
  };
  registry.machines.set(id, row);
  addRevision(tables, row, { version: 1, revisionId: null, revision: machine });
  return { machine: toStateMachine(tables, row), created: true };
}

function register(tables: MemoryTables, machine: ConfigMachine): MachineRecord | null {
  const { registry } = tables;
  const id = toStorableText(machine.id);
  if (registry.findLiving(id)?.origin === 'api') return null;
  const definition = toStorableDocument(machine.definition);
  const revisions = tables.machines.get(id) ?? [];
  const known = revisions.findLast(
    (each) => each.kind === machine.kind && each.definition === definition,
  );
  const version = (revisions.at(-1)?.version ?? 0) + 1;
  const record: MachineRecord = known ?? {
    id,
    version,
    kind: machine.kind,
    definition,
    createdAt: tables.now(),
  };
  if (known === undefined) tables.machines.set(id, [...revisions, record]);
  tables.machineRecordedAt.set(record, tables.now());
  const key = revisionKey(id, record.version);
  const isFirst = revisions.length === 0;
  registry.revisions.set(key, {
    ...(registry.revisions.get(key) ?? {
      ...noSettings,
      revisionId: known === undefined && !isFirst ? machine.revisionId : null,
    }),
    definitionText: machine.definitionText,
  });
  const before = registry.machines.get(id);
  registry.machines.set(id, {
    id,
    name: id,
    kind: machine.kind,
    status: 'ACTIVE',
    origin: 'config',
    createdAt:
      before === undefined || before.status === 'DELETED' ? tables.now() : before.createdAt,
    deletingAt: null,
    lastVersion: before?.lastVersion ?? 0,
    currentRevision: record.version,
  });
  return { ...record };
}

function revise(tables: MemoryTables, revision: NewRevision): LivingMachine | null {
  const row = tables.registry.machines.get(toStorableText(revision.id));
  if (row?.status !== 'ACTIVE' || row.currentRevision !== revision.from) return null;
  const version = (tables.machines.get(row.id)?.at(-1)?.version ?? 0) + 1;
  addRevision(tables, row, { version, revisionId: revision.revisionId, revision });
  row.currentRevision = version;
  return toStateMachine(tables, row);
}

interface AddedRevision {
  readonly version: number;
  readonly revisionId: string | null;
  readonly revision: Omit<NewStateMachine, 'name' | 'kind'>;
}

function addRevision(
  tables: MemoryTables,
  { id, kind }: StateMachineRow,
  { version, revisionId, revision }: AddedRevision,
): void {
  const { definitionText, roleArn, logging, tracing, encryption } = revision;
  const record: MachineRecord = {
    id,
    version,
    kind,
    definition: toStorableDocument(revision.definition),
    createdAt: tables.now(),
  };
  tables.machines.set(id, [...(tables.machines.get(id) ?? []), record]);
  tables.machineRecordedAt.set(record, tables.now());
  tables.registry.revisions.set(revisionKey(id, version), {
    revisionId,
    definitionText: definitionText === null ? null : toStorableText(definitionText),
    roleArn: toStorableText(roleArn),
    logging,
    tracing,
    encryption,
  });
}

const noSettings: RevisionRow = Object.freeze({
  revisionId: null,
  definitionText: null,
  roleArn: '',
  logging: null,
  tracing: null,
  encryption: null,
});

function findRevision(tables: MemoryTables, id: string, version: number): MachineRevision | null {
  const record = tables.machines.get(id)?.find((each) => each.version === version);
  if (record === undefined) return null;
  const settings = tables.registry.revisions.get(revisionKey(id, version)) ?? noSettings;
  return { ...record, ...settings };
}

function toStateMachine(tables: MemoryTables, row: StateMachineRow): LivingMachine {
  const current = findRevision(tables, row.id, row.currentRevision);
  if (current === null) throw new Error(`invariant broken: ${row.id} has its current revision`);
  return { ...toRecord(row), current };
}

function toRecord({ currentRevision: _, ...row }: StateMachineRow): StateMachineRecord {
  return { ...row, status: row.status === 'DELETING' ? 'DELETING' : 'ACTIVE' };
}

function list(tables: MemoryTables, page: PageRequest): Page<StateMachineRecord> {
  const start = parsePageStart(page);
  const rows = [...tables.registry.machines.values()]
    .filter(({ status }) => status !== 'DELETED')
    .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1))
    .filter(
      ({ createdAt, id }) =>
        start === null || createdAt > start.at || (createdAt === start.at && id > start.id),
    );
  return toPage(rows.map(toRecord), page.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

function finishDeletion(tables: MemoryTables, id: string): boolean {
  const { registry } = tables;
  const row = registry.machines.get(id);
  if (row === undefined || row.status === 'DELETED') return true;
  if (row.status !== 'DELETING' || hasOpen(tables, id)) return false;
  row.status = 'DELETED';
  registry.versions.delete(id);
  registry.aliases.delete(id);
  registry.tags.delete(`machine:${id}`);
  pruneDeleted(tables, 1_000);
  return true;
}

function pruneDeleted(tables: MemoryTables, limit: number): number {
  const { registry } = tables;
  const rows = [...tables.executions.values(), ...tables.batches.values()];
  let count = 0;
  for (const { id, status } of registry.machines.values()) {
    if (status !== 'DELETED' || count >= limit || rows.some((row) => belongsToMachine(row, id)))
      continue;
    registry.machines.delete(id);
    for (const machine of [...tables.machines.keys()]) {
      if (belongsToMachine({ machineId: machine }, id)) tables.machines.delete(machine);
    }
    count += 1;
  }
  return count;
}
