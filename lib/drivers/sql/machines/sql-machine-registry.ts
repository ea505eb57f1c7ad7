import type { AwsScope } from '../../../engine/arn/aws-scope.ts';
import { assert } from '../../../errors.ts';
import type { ActivityRecord } from '../../../ports/store/machines/activity-registry-store.ts';
import type { MachineRegistryStore } from '../../../ports/store/machines/machine-registry-store.ts';
import type { ResourceTag } from '../../../ports/store/machines/tag-store.ts';
import type { Page } from '../../../ports/store/page.ts';
import { toPage } from '../../shared/keyset-pages.ts';
import { toStorableDocument, toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import {
  deleteActivity,
  insertActivity,
  selectActivity,
  selectActivityRecords,
} from '../statements/activity-registry/change-activities.ts';
import { adoptScope, selectScope } from '../statements/server/adopt-scope.ts';
import { deleteTags, putTags, selectTags } from '../statements/tags/change-tags.ts';
import { toOldestFields } from './oldest-first.ts';
import { createSqlExecutionLists } from './sql-execution-lists.ts';
import { createSqlStateMachineStore } from './sql-state-machine-store.ts';
import { createSqlVersionStore } from './sql-version-store.ts';

/** Machines with their versions, aliases and tags, activities and the store's scope, in SQL. */
export function createSqlMachineRegistry(session: SqlSession): MachineRegistryStore {
  return {
    ...createSqlStateMachineStore(session),
    ...createSqlExecutionLists(session),
    ...createSqlVersionStore(session),
    ...tags(session),
    ...activities(session),
    findScope: () => session.one<AwsScope>(selectScope, {}),
    adoptScope: async (scope, mayReplace) => {
      const found = await session.one<AwsScope>(adoptScope, { ...scope, mayReplace });
      // Another process has recorded its scope while this statement ran.
      const seen = found ?? (await session.one<AwsScope>(adoptScope, { ...scope, mayReplace }));
      assert(seen !== null, 'a store has a scope once one was recorded');
      return seen;
    },
  };
}

function tags(
  session: SqlSession,
): Pick<MachineRegistryStore, 'putTags' | 'removeTags' | 'listTags'> {
  return {
    putTags: async (resource, wanted, max) => {
      const byKey = new Map(
        wanted.map(({ key, value }) => [toStorableText(key), toStorableText(value)]),
      );
      const fields = [...byKey].map(([key, value]) => ({ key, value }));
      const row = await session.one(putTags, {
        resource: toStorableText(resource),
        tags: fields,
        max,
      });
      return row !== null;
    },
    removeTags: async (resource, keys) =>
      void (await session.call(deleteTags, {
        resource: toStorableText(resource),
        keys: keys.map(toStorableText),
      })),
    listTags: (resource) =>
      session.call<ResourceTag>(selectTags, { resource: toStorableText(resource) }),
  };
}

type Activities = Pick<
  MachineRegistryStore,
  'createActivity' | 'getActivity' | 'deleteActivity' | 'listActivityRecords'
>;

function activities(session: SqlSession): Activities {
  const get = (name: string) =>
    session.one<ActivityRecord>(selectActivity, { name: toStorableText(name) });
  return {
    getActivity: get,
    createActivity: async ({ name, origin, encryption }) => {
      const fields = {
        name: toStorableText(name),
        origin,
        encryption: encryption === null ? null : toStorableDocument(encryption),
      };
      // It may be deleted between the two.
      for (;;) {
        const added = await session.one<ActivityRecord>(insertActivity, fields);
        if (added !== null) return { activity: added, created: true };
        const known = await get(name);
        if (known !== null) return { activity: known, created: false };
      }
    },
    deleteActivity: async (name) =>
      (await session.one(deleteActivity, { name: toStorableText(name) })) !== null,
    listActivityRecords: async (page): Promise<Page<ActivityRecord>> => {
      const rows = await session.call<ActivityRecord>(selectActivityRecords, toOldestFields(page));
      return toPage(rows, page.limit, ({ createdAt, name }) => ({ at: createdAt, id: name }));
    },
  };
}
