/** The operations on map runs. */
import { toMachineArn, toMapRunArn } from '../../engine/arn/make-arn.ts';
import { hasCode } from '../../errors.ts';
import { describeMapRun, listMapRuns, updateMapRun } from '../../operations/map-runs/map-runs.ts';
import type { MapRunRecord } from '../../ports/store/machines/map-run-store.ts';
import { requireExecutionOfArn, requireMapRunId } from '../execution-arns.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { answerPage } from '../pages.ts';
import { toEpochSeconds } from '../protocol.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/execution-shapes.ts';

/** Returns the map run of an ARN. Throws InvalidArn or ResourceNotFound. */
export async function requireMapRun(arn: string, context: OperationContext) {
  return await describeMapRun(context.context, requireMapRunId(arn, context));
}

const list = reading('ListMapRuns', {
  shape: shapes.listMapRunsShape,
  run: async (members, context) => {
    const { executionArn } = members;
    const execution = await requireExecutionOfArn(executionArn, context);
    return answerPage(
      context,
      { operation: 'ListMapRuns', members, list: 'mapRuns' },
      (page) => listMapRuns(context.context, execution.id, page),
      (run) => ({
        executionArn,
        mapRunArn: mapRunArnOf(run, context),
        stateMachineArn: toMachineArn(context.scope, run.machineId),
        startDate: toEpochSeconds(run.createdAt),
        ...(run.endedAt !== null && { stopDate: toEpochSeconds(run.endedAt) }),
      }),
    );
  },
});

const describe = reading('DescribeMapRun', {
  shape: shapes.describeMapRunShape,
  run: async ({ mapRunArn }, context) => {
    const { run, parentArn, itemCounts, executionCounts, limits } = await requireMapRun(
      mapRunArn,
      context,
    );
    return {
      mapRunArn,
      executionArn: parentArn,
      status: run.status === 'PAUSED' ? 'RUNNING' : run.status,
      startDate: toEpochSeconds(run.createdAt),
      ...(run.endedAt !== null && { stopDate: toEpochSeconds(run.endedAt) }),
      maxConcurrency: limits.maxConcurrency,
      toleratedFailurePercentage: limits.toleratedPercentage,
      toleratedFailureCount: limits.toleratedCount,
      itemCounts,
      executionCounts,
      redriveCount: run.redrives,
      ...(run.redrivenAt !== null && { redriveDate: toEpochSeconds(run.redrivenAt) }),
    };
  },
});

const update = changing('UpdateMapRun', {
  shape: shapes.updateMapRunShape,
  run: async ({ mapRunArn, ...changes }, context) => {
    try {
      await updateMapRun(context.context, requireMapRunId(mapRunArn, context), changes);
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error;
      throw new ServiceError('ValidationException', error.message);
    }
    return {};
  },
});

/** The operations of this file. */
export const mapRunOperations: readonly ServiceOperation[] = [list, describe, update];

function mapRunArnOf({ machineId, batchId }: MapRunRecord, { scope }: OperationContext): string {
  const [parent = '', label = ''] = machineId.split('/');
  return toMapRunArn(toMachineArn(scope, parent), label, batchId);
}
