/** Which version of its machine each execution of a batch runs on. */
import type { BatchOptions } from '../../batch/batch-options.ts';
import { chooseRoute } from '../../batch/choose-route.ts';
import { MillraceError } from '../../errors.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { AliasStore } from '../../ports/store/machines/alias-store.ts';
import type { PublishedVersionStore } from '../../ports/store/machines/published-version-store.ts';

/** Where aliases and versions are looked up. */
export type BatchRouteStore = Pick<AliasStore, 'getAlias'> &
  Pick<PublishedVersionStore, 'getPublishedVersion'>;

/**
 * Routes executions as their batch says: to one published version, or as an alias says now, so that
 * a change of the alias counts for the items that have no execution yet.
 * @throws UNKNOWN_ALIAS, UNKNOWN_VERSION when they were deleted meanwhile
 */
export async function routeExecutions(
  store: BatchRouteStore,
  { publishedVersion, alias: aliasName }: Pick<BatchOptions, 'publishedVersion' | 'alias'>,
  executions: readonly NewExecution[],
): Promise<readonly NewExecution[]> {
  const machineId = executions[0]?.machineId;
  if (machineId === undefined) return executions;
  if (aliasName === null) {
    return publishedVersion === null
      ? executions
      : executions.map((execution) => ({ ...execution, versionNumber: publishedVersion }));
  }
  const alias = await store.getAlias(machineId, aliasName);
  if (alias === null) throw missing('UNKNOWN_ALIAS', `alias '${aliasName}'`, machineId);
  const revisions = new Map<number, number>();
  for (const { version } of alias.routes) {
    const found = await store.getPublishedVersion(machineId, version);
    if (found === null) throw missing('UNKNOWN_VERSION', `version ${version}`, machineId);
    revisions.set(version, found.revision);
  }
  return executions.map((execution) => {
    const versionNumber = chooseRoute(alias.routes, execution.id);
    const machineVersion = revisions.get(versionNumber) ?? execution.machineVersion;
    return { ...execution, machineVersion, versionNumber, alias: aliasName };
  });
}

function missing(
  code: 'UNKNOWN_ALIAS' | 'UNKNOWN_VERSION',
  what: string,
  machineId: string,
): MillraceError {
  return new MillraceError(
    code,
    `the batch runs by the ${what} of the machine '${machineId}', which is no longer there: create it, ` +
      'then resume the batch',
    { fields: { machineId } },
  );
}
