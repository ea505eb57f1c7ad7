import type { FindStore, FoundEntry } from '../../../ports/store/find-store.ts';
import { firstOfEachKind } from '../../shared/first-of-each-kind.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, sortedBy } from '../memory-tables.ts';

/** Finds things by name in memory. */
export function createMemoryFindStore(tables: MemoryTables): FindStore {
  return {
    find: async (text, limit) => {
      const wanted = toStorableText(text);
      const found = [
        ...findExecutions(tables, wanted),
        ...findBatches(tables, wanted),
        ...findNames('machine', [...tables.machines.keys()], wanted),
        ...findNames(
          'error',
          [...tables.archive.values()].flatMap(({ error }) => error ?? []),
          wanted,
        ),
      ];
      return firstOfEachKind(found, limit);
    },
  };
}

/** Minimum length of the beginning of an id. */
const idCharsMin = 8;

function findExecutions(tables: MemoryTables, text: string): FoundEntry[] {
  const id = text.length < idCharsMin ? null : text.toLowerCase();
  const rows = [...tables.executions.values()];
  const named = rows.filter(
    ({ machineId, name }) => name.startsWith(text) || isNamed(machineId, name, text),
  );
  const byId = id === null ? [] : rows.filter((row) => row.id.startsWith(id));
  return [...sortedBy(byId, (row) => row.id).reverse(), ...sortedBy(named, (row) => row.name)].map(
    (row) => {
      const label = `${row.machineId}:${row.name}`;
      return { kind: 'execution', id: row.id, label, status: row.status };
    },
  );
}

function isNamed(machineId: string, name: string, text: string): boolean {
  const colon = text.lastIndexOf(':');
  return colon >= 0 && machineId === text.slice(0, colon) && name.startsWith(text.slice(colon + 1));
}

function findBatches({ batches }: MemoryTables, text: string): FoundEntry[] {
  const newest = sortedBy(batches.values(), ({ createdAt }) => -createdAt);
  return newest
    .filter(({ id, name }) => id.startsWith(text) || name.startsWith(text))
    .map(({ id, name, status }) => ({ kind: 'batch', id, label: name, status }));
}

function findNames(
  kind: 'machine' | 'error',
  names: readonly string[],
  text: string,
): FoundEntry[] {
  const found = new Set(names.filter((name) => name.startsWith(text)));
  return [...found].sort().map((name) => ({ kind, id: name, label: name, status: null }));
}
