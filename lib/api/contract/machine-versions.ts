/** Operations on published versions and aliases of machines. */
import * as z from 'zod';
import type { Operation } from './operation.ts';
import { exactly, nonEmptyText, pageQuery, pageReply, timestamp } from './shapes.ts';

const number = z.int().min(1);

const version = {
  machineId: nonEmptyText,
  number,
  revision: number.meta({ description: "The machine's version that it stands for." }),
  description: z.string(),
  createdAt: timestamp,
};

const route = exactly({
  version: number,
  weight: z.int().min(0).max(100).meta({ description: 'Percent of new executions.' }),
});

const alias = {
  machineId: nonEmptyText,
  name: nonEmptyText,
  description: z.string(),
  routes: z.array(route).readonly(),
  createdAt: timestamp,
  updatedAt: timestamp,
};

const description = z.string().max(256).exactOptional();

/** Publishes versions, and routes aliases to them. */
export const machineVersionOperations = {
  listPublishedVersions: {
    needs: 'read',
    method: 'GET',
    path: '/v1/machines/{machineId}/published-versions',
    summary: 'Lists the published versions of a state machine, newest first',
    query: exactly(pageQuery),
    reply: pageReply('versions', exactly(version)),
  },
  publishVersion: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/machines/{machineId}/published-versions',
    summary: 'Publishes the current version of a state machine; again, it returns the same number',
    body: exactly({ description }),
    reply: exactly(version),
  },
  deletePublishedVersion: {
    needs: 'own',
    method: 'POST',
    path: '/v1/machines/{machineId}/published-versions/{number}/delete',
    summary: 'Deletes a published version that no alias names',
    reply: exactly({ machineId: nonEmptyText, number, deleted: z.literal(true) }),
  },
  listAliases: {
    needs: 'read',
    method: 'GET',
    path: '/v1/machines/{machineId}/aliases',
    summary: 'Lists the aliases of a state machine, oldest first',
    query: exactly(pageQuery),
    reply: pageReply('aliases', exactly(alias)),
  },
  createAlias: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/machines/{machineId}/aliases',
    summary: 'Creates an alias that routes new executions to one or two published versions',
    body: exactly({ name: nonEmptyText, description, routes: z.array(route).min(1).max(2) }),
    reply: exactly(alias),
  },
  updateAlias: {
    needs: 'operate',
    method: 'POST',
    path: '/v1/machines/{machineId}/aliases/{alias}',
    summary: 'Changes where an alias routes new executions, or its description',
    body: exactly({ description, routes: z.array(route).min(1).max(2).exactOptional() }),
    reply: exactly(alias),
  },
  deleteAlias: {
    needs: 'own',
    method: 'POST',
    path: '/v1/machines/{machineId}/aliases/{alias}/delete',
    summary: 'Deletes an alias; executions that it has started continue',
    reply: exactly({ machineId: nonEmptyText, alias: nonEmptyText, deleted: z.literal(true) }),
  },
} as const satisfies Record<string, Operation>;
