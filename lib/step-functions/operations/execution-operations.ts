/** The operations on executions. */
import { toExecutionArn, toMachineArn, toMapRunArn } from '../../engine/arn/make-arn.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { hasCode } from '../../errors.ts';
import { encodeMockCase } from '../../mocks/mock-case-text.ts';
import { redriveOnce } from '../../operations/redrive/redrive-execution.ts';
import { readRedriveStatus } from '../../operations/redrive/redrive-status.ts';
import { stopExecution } from '../../operations/redrive/stop-execution.ts';
import { startMachineExecution } from '../../operations/state-machines/start-execution.ts';
import type { ExecutionRecord } from '../../ports/store/execution-store.ts';
import { invalidName } from '../errors.ts';
import { requireExecutionOfArn } from '../execution-arns.ts';
import { showExecution } from '../execution-members.ts';
import { requireTarget } from '../machine-arns.ts';
import { findMockedStart } from '../mock-files.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { toEpochSeconds } from '../protocol.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/execution-shapes.ts';

const start: ServiceOperation = {
  ...changing('StartExecution', {
    shape: shapes.startExecutionShape,
    run: async ({ stateMachineArn, name, input, traceHeader }, context) => {
      const { arn, mockCase, checkRevision } = await findMockedStart(stateMachineArn, context);
      const target = requireTarget(arn, context);
      if (name !== undefined && findNameProblem(name) !== null) throw invalidName(name);
      try {
        const started = await startMachineExecution(context.context, target, {
          ...(name !== undefined && { name }),
          ...(input !== undefined && { input }),
          ...(traceHeader !== undefined && { traceHeader }),
          ...(mockCase !== null && { mockCase: encodeMockCase(mockCase) }),
          ...(checkRevision !== undefined && { checkRevision }),
        });
        return { executionArn: started.arn, startDate: toEpochSeconds(started.startedAt) };
      } catch (error) {
        if (hasCode(error, 'EXECUTION_EXISTS')) {
          const taken = toExecutionArn(context.scope, target.name, name ?? '');
          throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${taken}'`);
        }
        throw error;
      }
    },
  }),
  isTraffic: true,
};

const describe = reading('DescribeExecution', {
  shape: shapes.describeExecutionShape,
  run: async ({ executionArn, includedData = 'ALL_DATA' }, context) => {
    const execution = await requireExecutionOfArn(executionArn, context, { expressChildren: true });
    const { status: redriveStatus, reason } = await readRedriveStatus(context.context, execution);
    return {
      executionArn,
      ...showExecution(execution, context),
      ...showDocuments(execution, includedData === 'ALL_DATA'),
      ...showMapRun(execution, context),
      ...(execution.traceHeader !== null && { traceHeader: execution.traceHeader }),
      ...(execution.error !== null && { error: execution.error }),
      ...(execution.cause !== null && { cause: execution.cause }),
      redriveStatus,
      ...(reason !== null && { redriveStatusReason: reason }),
    };
  },
});

const stop = changing('StopExecution', {
  shape: shapes.stopExecutionShape,
  run: async ({ executionArn, error, cause }, context) => {
    const { id } = await requireExecutionOfArn(executionArn, context);
    const { stoppedAt } = await stopExecution(context.context, id, {
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
    return { stopDate: toEpochSeconds(stoppedAt) };
  },
});

const redrive = changing('RedriveExecution', {
  shape: shapes.redriveExecutionShape,
  run: async ({ executionArn, clientToken }, context) => {
    const { id } = await requireExecutionOfArn(executionArn, context);
    const { redrivenAt } = await redriveOnce(context.context, id, clientToken ?? null);
    return { redriveDate: toEpochSeconds(redrivenAt) };
  },
});

/** The operations of this file. */
export const executionServiceOperations: readonly ServiceOperation[] = [
  start,
  describe,
  stop,
  redrive,
];

function showDocuments({ input, output }: ExecutionRecord, isIncluded: boolean): object {
  const details = { included: isIncluded };
  return {
    inputDetails: details,
    ...(isIncluded && { input }),
    ...(output !== null && { outputDetails: details, ...(isIncluded && { output }) }),
  };
}

function showMapRun(
  { machineId, batchId }: ExecutionRecord,
  { scope }: OperationContext,
): { readonly mapRunArn?: string } {
  const [parent = '', label] = machineId.split('/');
  if (label === undefined || batchId === null) return {};
  return { mapRunArn: toMapRunArn(toMachineArn(scope, parent), label, batchId) };
}
