import type { AliasRoute, MachineAlias } from '../../../ports/store/machines/alias-store.ts';
import type { MachineRegistryStore } from '../../../ports/store/machines/machine-registry-store.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, sortedBy } from '../memory-tables.ts';
import { createMemoryExecutionLists } from './memory-execution-lists.ts';
import { createMemoryStateMachineStore } from './memory-state-machine-store.ts';

/** Machines with their versions, aliases and tags, activities and the store's scope, in memory. */
export function createMemoryMachineRegistry(tables: MemoryTables): MachineRegistryStore {
  const { registry } = tables;
  return {
    ...createMemoryStateMachineStore(tables),
    ...createMemoryExecutionLists(tables),
    ...versions(tables),
    ...aliases(tables),
    ...tags(tables),
    ...activities(tables),
    findScope: async () => (registry.scope === null ? null : { ...registry.scope }),
    adoptScope: async (scope, mayReplace) => {
      const isReplaced = mayReplace && tables.executions.size === 0;
      if (registry.scope === null || isReplaced) registry.scope = { ...scope };
      return { ...registry.scope };
    },
  };
}

type Versions = Pick<
  MachineRegistryStore,
  'publishVersion' | 'getPublishedVersion' | 'listPublishedVersions' | 'deletePublishedVersion'
>;

function versions(tables: MemoryTables): Versions {
  const { registry } = tables;
  const listOf = (machineId: string) => registry.versions.get(machineId) ?? [];
  return {
    publishVersion: async ({ machineId, revision, description, versionsMax }) => {
      const known = listOf(machineId).find((each) => each.revision === revision);
      if (known !== undefined) return { ...known };
      const row = registry.machines.get(machineId);
      if (row?.status !== 'ACTIVE' || listOf(machineId).length >= versionsMax) return null;
      row.lastVersion += 1;
      const version = {
        machineId,
        number: row.lastVersion,
        revision,
        description: toStorableText(description),
        createdAt: tables.now(),
      };
      registry.versions.set(machineId, [...listOf(machineId), version]);
      return { ...version };
    },
    getPublishedVersion: async (machineId, number) => {
      const found = listOf(machineId).find((each) => each.number === number);
      return found === undefined ? null : { ...found };
    },
    listPublishedVersions: async (machineId, page) => {
      const start = parsePageStart(page);
      const rows = listOf(machineId)
        .toReversed()
        .filter(({ number }) => start === null || number < start.at)
        .map((version) => ({ ...version }));
      return toPage(rows, page.limit, ({ number }) => ({ at: number, id: '' }));
    },
    deletePublishedVersion: async (machineId, number) => {
      const naming = [...(registry.aliases.get(machineId)?.values() ?? [])]
        .filter(({ routes }) => routes.some(({ version }) => version === number))
        .map(({ name }) => name)
        .sort();
      if (naming.length === 0) {
        const kept = listOf(machineId).filter((each) => each.number !== number);
        registry.versions.set(machineId, kept);
      }
      return { aliases: naming };
    },
  };
}

type Aliases = Pick<
  MachineRegistryStore,
  'createAlias' | 'updateAlias' | 'getAlias' | 'deleteAlias' | 'listAliases'
>;

function aliases(tables: MemoryTables): Aliases {
  const { registry } = tables;
  const areThere = (machineId: string, routes: readonly AliasRoute[]) =>
    registry.machines.get(machineId)?.status === 'ACTIVE' &&
    routes.every(({ version }) =>
      registry.versions.get(machineId)?.some(({ number }) => number === version),
    );
  const put = (alias: MachineAlias): MachineAlias => {
    const ofMachine = registry.aliases.get(alias.machineId) ?? new Map<string, MachineAlias>();
    registry.aliases.set(alias.machineId, ofMachine.set(alias.name, alias));
    return { ...alias };
  };
  return {
    createAlias: async ({ machineId, name, description, routes }, aliasesMax) => {
      const ofMachine = registry.aliases.get(machineId);
      const known = ofMachine?.get(name);
      if (known !== undefined) return { kind: 'exists', alias: { ...known } };
      if (!areThere(machineId, routes)) return { kind: 'noVersion' };
      if ((ofMachine?.size ?? 0) >= aliasesMax) return { kind: 'full' };
      const at = tables.now();
      const text = toStorableText(description);
      const alias = { machineId, name, description: text, routes, createdAt: at, updatedAt: at };
      return { kind: 'created', alias: put(alias) };
    },
    updateAlias: async (machineId, name, { description, routes }) => {
      const known = registry.aliases.get(machineId)?.get(name);
      if (known === undefined || !areThere(machineId, routes ?? [])) return null;
      return put({
        ...known,
        description: description === undefined ? known.description : toStorableText(description),
        routes: routes ?? known.routes,
        updatedAt: tables.now(),
      });
    },
    getAlias: async (machineId, name) => {
      const found = registry.aliases.get(machineId)?.get(name);
      return found === undefined ? null : { ...found };
    },
    deleteAlias: async (machineId, name) => {
      registry.aliases.get(machineId)?.delete(name);
    },
    listAliases: async (machineId, page, version) => {
      const start = parsePageStart(page);
      const named = [...(registry.aliases.get(machineId)?.values() ?? [])].filter(
        ({ routes }) => version === undefined || routes.some((route) => route.version === version),
      );
      const rows = oldestFirst(named, ({ name }) => name).filter(
        ({ createdAt, name }) =>
          start === null || createdAt > start.at || (createdAt === start.at && name > start.id),
      );
      return toPage(rows, page.limit, ({ createdAt, name }) => ({ at: createdAt, id: name }));
    },
  };
}

function oldestFirst<Row extends { readonly createdAt: number }>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  return sortedBy(sortedBy(rows, keyOf), ({ createdAt }) => createdAt).map((row) => ({ ...row }));
}

function tags({
  registry,
}: MemoryTables): Pick<MachineRegistryStore, 'putTags' | 'removeTags' | 'listTags'> {
  return {
    putTags: async (resource, wanted, max) => {
      const all = new Map(registry.tags.get(resource));
      for (const { key, value } of wanted) all.set(toStorableText(key), toStorableText(value));
      if (all.size > max) return false;
      registry.tags.set(resource, all);
      return true;
    },
    removeTags: async (resource, keys) => {
      for (const key of keys) registry.tags.get(resource)?.delete(toStorableText(key));
    },
    listTags: async (resource) =>
      sortedBy(registry.tags.get(resource) ?? [], ([key]) => key).map(([key, value]) => ({
        key,
        value,
      })),
  };
}

type Activities = Pick<
  MachineRegistryStore,
  'createActivity' | 'getActivity' | 'deleteActivity' | 'listActivityRecords'
>;

function activities(tables: MemoryTables): Activities {
  const { registry } = tables;
  return {
    createActivity: async ({ name, origin, encryption }) => {
      const known = registry.activities.get(toStorableText(name));
      if (known !== undefined) return { activity: { ...known }, created: false };
      const activity = { name: toStorableText(name), origin, encryption, createdAt: tables.now() };
      registry.activities.set(activity.name, activity);
      return { activity: { ...activity }, created: true };
    },
    getActivity: async (name) => {
      const found = registry.activities.get(toStorableText(name));
      return found === undefined ? null : { ...found };
    },
    deleteActivity: async (name) => {
      const text = toStorableText(name);
      if (!registry.activities.delete(text)) return false;
      registry.tags.delete(`activity:${text}`);
      for (const [key, task] of tables.activityTasks) {
        if (task.activity === text) tables.activityTasks.delete(key);
      }
      return true;
    },
    listActivityRecords: async (page) => {
      const start = parsePageStart(page);
      const rows = oldestFirst([...registry.activities.values()], ({ name }) => name).filter(
        ({ createdAt, name }) =>
          start === null || createdAt > start.at || (createdAt === start.at && name > start.id),
      );
      return toPage(rows, page.limit, ({ createdAt, name }) => ({ at: createdAt, id: name }));
    },
  };
}
