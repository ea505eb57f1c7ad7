/** The operations that list executions and their histories. */

import type { MachineType } from '../../asl/definition.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { documentKeys } from '../../operations/execution-view/history.ts';
import { readHistoryEvents } from '../../operations/redrive/history-page.ts';
import { listExecutionsByStart } from '../../operations/redrive/list-by-start.ts';
import { describeStateMachine } from '../../operations/state-machines/describe-state-machine.ts';
import type { ExecutionListFilter } from '../../ports/store/machines/execution-list-store.ts';
import { executionArnOf, requireExecutionOfArn } from '../execution-arns.ts';
import { showExecution, statusesOfFilter } from '../execution-members.ts';
import { requireTarget } from '../machine-arns.ts';
import { reading, type ServiceOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { answerPage, pageSizeOf } from '../pages.ts';
import { toEpochSeconds } from '../protocol.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/execution-shapes.ts';
import type { ValueOf } from '../shapes/shape.ts';
import { requireMapRun } from './map-run-operations.ts';

type ListMembers = ValueOf<typeof shapes.listExecutionsShape>;

const listExecutions = reading('ListExecutions', {
  shape: shapes.listExecutionsShape,
  run: async (members, context) => {
    const { statusFilter, redriveFilter, mapRunArn } = members;
    checkFilters(members);
    const { filter, type } =
      mapRunArn === undefined
        ? await selectMachine(members.stateMachineArn ?? '', context)
        : await selectMapRun(mapRunArn, context);
    const isMapRun = mapRunArn !== undefined;
    return answerPage(
      context,
      { operation: 'ListExecutions', members, list: 'executions' },
      (page) =>
        listExecutionsByStart(
          context.context,
          {
            ...filter,
            ...(statusFilter !== undefined && {
              statuses: statusesOfFilter(statusFilter, isMapRun),
            }),
            ...(redriveFilter !== undefined && { redriven: redriveFilter === 'REDRIVEN' }),
          },
          page,
        ),
      (execution) => ({
        executionArn: executionArnOf(context.scope, execution, type),
        ...showExecution(execution, context),
        ...(isMapRun && { mapRunArn, itemCount: execution.itemCount ?? 1 }),
      }),
    );
  },
});

/** Which executions are listed, and of which type their machine is. */
interface Selected {
  readonly filter: ExecutionListFilter;
  readonly type: MachineType;
}

async function selectMachine(arn: string, context: OperationContext): Promise<Selected> {
  const target = requireTarget(arn, context);
  const { machine } = await describeStateMachine(context.context, target);
  if (machine.kind === 'EXPRESS') {
    throw new ServiceError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }
  const { qualifier } = target;
  return {
    type: machine.kind,
    filter: {
      machineId: machine.id,
      ...(qualifier?.kind === 'version' && { versionNumber: qualifier.number }),
      ...(qualifier?.kind === 'alias' && { alias: qualifier.name }),
    },
  };
}

async function selectMapRun(arn: string, context: OperationContext): Promise<Selected> {
  const { run } = await requireMapRun(arn, context);
  const machine = await context.context.store.getMachine(run.machineId);
  return { type: machine?.kind ?? 'STANDARD', filter: { batchId: run.batchId } };
}

function checkFilters({ stateMachineArn, mapRunArn, ...filters }: ListMembers): void {
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw new ServiceError(
      'ValidationException',
      'Must provide a state machine ARN or a map run ARN, and not both',
    );
  }
  if (mapRunArn !== undefined) return;
  const isOfMapRun = filters.statusFilter === 'PENDING_REDRIVE' || filters.redriveFilter;
  if (!isOfMapRun) return;
  throw new ServiceError(
    'ValidationException',
    'The statusFilter PENDING_REDRIVE and the redriveFilter need a map run ARN',
  );
}

const getHistory = reading('GetExecutionHistory', {
  shape: shapes.getExecutionHistoryShape,
  run: async (members, context) => {
    const { executionArn, reverseOrder = false, includeExecutionData = true } = members;
    const { id } = await requireExecutionOfArn(executionArn, context);
    const subject = { operation: 'GetExecutionHistory', members };
    const { nextToken } = members;
    const { answerBytesMax: bytesMax } = context;
    const { events, next } = await readHistoryEvents(context.context, id, {
      limit: pageSizeOf(members),
      reverse: reverseOrder,
      ...(Number.isFinite(bytesMax) && { bytesMax }),
      ...(nextToken !== undefined && { after: Number(context.tokens.read(subject, nextToken)) }),
    });
    return {
      events: events.map((event) => showEvent(event, includeExecutionData)),
      ...(next !== null && { nextToken: context.tokens.write(subject, String(next)) }),
    };
  },
});

/** The operations of this file. */
export const listOperations: readonly ServiceOperation[] = [listExecutions, getHistory];

function showEvent(event: HistoryEvent, hasData: boolean): object {
  const shown = { ...event, timestamp: toEpochSeconds(event.timestamp) };
  if (hasData) return shown;
  const text = JSON.stringify(shown, (key, value) => (documentKeys.has(key) ? undefined : value));
  return JSON.parse(text) as object;
}
