/** StartSyncExecution: an execution of an EXPRESS machine that its caller waits for. */
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { routeExecution } from '../../operations/state-machines/start-execution.ts';
import type { SyncExecution } from '../../roles/execution/sync-run.ts';
import { invalidName } from '../errors.ts';
import { requireTarget } from '../machine-arns.ts';
import { findMockedStart } from '../mock-files.ts';
import { changing, type ServiceOperation } from '../operation.ts';
import { toEpochSeconds } from '../protocol.ts';
import { runSyncExecution } from '../run-sync-execution.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/execution-shapes.ts';

const startSync: ServiceOperation = {
  ...changing('StartSyncExecution', {
    shape: shapes.startSyncExecutionShape,
    run: async (members, call) => {
      const { name, input = '{}', traceHeader, includedData = 'ALL_DATA' } = members;
      const { arn, mockCase, checkRevision } = await findMockedStart(members.stateMachineArn, call);
      const target = requireTarget(arn, call);
      if (name !== undefined && findNameProblem(name) !== null) throw invalidName(name);
      const id = call.context.entropy.uuid();
      const { machine, revision } = await routeExecution(call.context, target, id);
      if (machine.kind !== 'EXPRESS') {
        throw new ServiceError(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      }
      await checkRevision?.(revision);
      const ended = await runSyncExecution(call, revision, { name: name ?? id, input, mockCase });
      return {
        ...showEnd(ended, includedData === 'ALL_DATA'),
        ...(traceHeader !== undefined && { traceHeader }),
      };
    },
  }),
  isTraffic: true,
};

/** The operations of this file. */
export const syncOperations: readonly ServiceOperation[] = [startSync];

function showEnd(ended: SyncExecution, hasData: boolean): object {
  const {
    input,
    output,
    inputDetails: _,
    outputDetails: __,
    startDate,
    stopDate,
    ...others
  } = ended;
  const details = { included: hasData };
  return {
    ...others,
    startDate: toEpochSeconds(startDate),
    stopDate: toEpochSeconds(stopDate),
    inputDetails: details,
    ...(hasData && { input }),
    ...(output !== undefined && { outputDetails: details, ...(hasData && { output }) }),
  };
}
