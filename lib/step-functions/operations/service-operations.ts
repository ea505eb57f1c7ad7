import type { ServiceOperation } from '../operation.ts';
import { activityOperations } from './activity-operations.ts';
import { aliasOperations } from './alias-operations.ts';
import { executionServiceOperations } from './execution-operations.ts';
import { listOperations } from './list-operations.ts';
import { stateMachineOperations } from './machine-operations.ts';
import { mapRunOperations } from './map-run-operations.ts';
import { syncOperations } from './sync-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { trialOperations } from './trial-operations.ts';
import { versionOperations } from './version-operations.ts';

/** All operations of Step Functions' API version 2016-11-23, by name. */
export const serviceOperations: ReadonlyMap<string, ServiceOperation> = new Map(
  [
    ...stateMachineOperations,
    ...versionOperations,
    ...aliasOperations,
    ...executionServiceOperations,
    ...listOperations,
    ...syncOperations,
    ...mapRunOperations,
    ...activityOperations,
    ...tagOperations,
    ...trialOperations,
  ].map((operation) => [operation.name, operation]),
);
