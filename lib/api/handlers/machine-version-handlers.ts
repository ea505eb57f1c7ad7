import { MillraceError } from '../../errors.ts';
import type { machineVersionOperations } from '../contract/machine-versions.ts';
import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operations on published versions and aliases. */
export function machineVersionHandlers(
  open: AppOpener,
): OperationHandlers<keyof typeof machineVersionOperations> {
  return {
    listPublishedVersions: async ({ params, query }) => {
      const { entries, next } = await (await open()).machines.published(params.machineId, query);
      return { versions: entries, next };
    },
    publishVersion: async ({ params, body }) =>
      (await open()).machines.publish(params.machineId, body),
    deletePublishedVersion: async ({ params: { machineId, number: text } }) => {
      const number = readNumber(text);
      await (await open()).machines.deletePublished(machineId, number);
      return { machineId, number, deleted: true };
    },
    listAliases: async ({ params, query }) => {
      const { entries, next } = await (await open()).machines.aliases(params.machineId, query);
      return { aliases: entries, next };
    },
    createAlias: async ({ params, body }) =>
      (await open()).machines.createAlias(params.machineId, body),
    updateAlias: async ({ params, body }) =>
      (await open()).machines.updateAlias(params.machineId, params.alias, body),
    deleteAlias: async ({ params: { machineId, alias } }) => {
      await (await open()).machines.deleteAlias(machineId, alias);
      return { machineId, alias, deleted: true };
    },
  };
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the number of a published version must be 1, 2, 3 …; found '${text}'`,
  );
}
