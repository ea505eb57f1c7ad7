import type { AliasRoute, MachineAlias } from '../../../ports/store/machines/alias-store.ts';
import type { MachineRegistryStore } from '../../../ports/store/machines/machine-registry-store.ts';
import type { PublishedVersion } from '../../../ports/store/machines/published-version-store.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { insertAlias } from '../statements/aliases/insert-alias.ts';
import { selectAlias, selectAliases } from '../statements/aliases/select-aliases.ts';
import { deleteMachineAlias, updateMachineAlias } from '../statements/aliases/update-alias.ts';
import { deletePublishedVersion } from '../statements/versions/delete-published-version.ts';
import { insertPublishedVersion } from '../statements/versions/insert-published-version.ts';
import {
  selectPublishedVersion,
  selectPublishedVersions,
} from '../statements/versions/select-published-versions.ts';
import { toOldestFields } from './oldest-first.ts';

/** Published versions and aliases in SQL. */
export function createSqlVersionStore(session: SqlSession): Versions & Aliases {
  return { ...versions(session), ...aliases(session) };
}

type Versions = Pick<
  MachineRegistryStore,
  'publishVersion' | 'getPublishedVersion' | 'listPublishedVersions' | 'deletePublishedVersion'
>;

function versions(session: SqlSession): Versions {
  return {
    publishVersion: async (version) => {
      const fields = {
        ...version,
        machineId: toStorableText(version.machineId),
        description: toStorableText(version.description),
      };
      // A caller that published the same revision at the same moment shows its version now.
      return (
        (await session.one<PublishedVersion>(insertPublishedVersion, fields)) ??
        (await session.one<PublishedVersion>(insertPublishedVersion, fields))
      );
    },
    getPublishedVersion: (machineId, number) =>
      session.one<PublishedVersion>(selectPublishedVersion, {
        machineId: toStorableText(machineId),
        number,
      }),
    listPublishedVersions: async (machineId, page) => {
      const start = parsePageStart(page);
      const rows = await session.call<PublishedVersion>(selectPublishedVersions, {
        machineId: toStorableText(machineId),
        before: start?.at ?? versionNumberMax,
        limit: page.limit + 1,
      });
      return toPage(rows, page.limit, ({ number }) => ({ at: number, id: '' }));
    },
    deletePublishedVersion: async (machineId, number) => {
      const fields = { machineId: toStorableText(machineId), number };
      const rows = await session.call<{ readonly name: string }>(deletePublishedVersion, fields);
      return { aliases: rows.map(({ name }) => name) };
    },
  };
}

/** Larger than any version number. */
const versionNumberMax = 2_147_483_647;

type Aliases = Pick<
  MachineRegistryStore,
  'createAlias' | 'updateAlias' | 'getAlias' | 'deleteAlias' | 'listAliases'
>;

interface AliasRow extends Omit<MachineAlias, 'routes'> {
  readonly routes: string;
}

function aliases(session: SqlSession): Aliases {
  const get = async (machineId: string, name: string) => {
    const row = await session.one<AliasRow>(selectAlias, toAliasKey(machineId, name));
    return row === null ? null : toAlias(row);
  };
  return {
    getAlias: get,
    createAlias: async (alias, aliasesMax) => {
      const { machineId, name, routes } = alias;
      const row = await session.one<{
        readonly kind: 'created' | 'exists' | 'noVersion' | 'full';
      }>(insertAlias, {
        ...toAliasKey(machineId, name),
        description: toStorableText(alias.description),
        aliasesMax,
        ...toRouteFields(routes),
      });
      const kind = row?.kind ?? 'noVersion';
      if (kind === 'noVersion' || kind === 'full') return { kind };
      const found = await get(machineId, name);
      return found === null ? { kind: 'noVersion' } : { kind, alias: found };
    },
    updateAlias: async (machineId, name, { description, routes }) => {
      const row = await session.one(updateMachineAlias, {
        ...toAliasKey(machineId, name),
        description: description === undefined ? null : toStorableText(description),
        ...(routes === undefined ? { routes: null, versions: [] } : toRouteFields(routes)),
      });
      return row === null ? null : await get(machineId, name);
    },
    deleteAlias: async (machineId, name) =>
      void (await session.call(deleteMachineAlias, toAliasKey(machineId, name))),
    listAliases: async (machineId, page, version) => {
      const rows = await session.call<AliasRow>(selectAliases, {
        machineId: toStorableText(machineId),
        version: version ?? null,
        ...toOldestFields(page),
      });
      return toPage(rows.map(toAlias), page.limit, ({ createdAt, name }) => ({
        at: createdAt,
        id: name,
      }));
    },
  };
}

function toAliasKey(machineId: string, name: string) {
  return { machineId: toStorableText(machineId), name: toStorableText(name) };
}

function toRouteFields(routes: readonly AliasRoute[]) {
  return { routes: JSON.stringify(routes), versions: routes.map(({ version }) => version) };
}

function toAlias({ routes, ...alias }: AliasRow): MachineAlias {
  return { ...alias, routes: JSON.parse(routes) as AliasRoute[] };
}
