/** The operations that describe a machine. */
import { toMachineArn, toMapRunArn, toQualifiedArn } from '../../engine/arn/make-arn.ts';
import {
  describeMachineOfExecution,
  describeStateMachine,
} from '../../operations/state-machines/describe-state-machine.ts';
import { listVariableReferences } from '../../operations/state-machines/variable-references.ts';
import type { MachineRevision } from '../../ports/store/machines/state-machine-store.ts';
import { requireExecutionOfArn } from '../execution-arns.ts';
import { requireTarget } from '../machine-arns.ts';
import { showSettings } from '../machine-settings.ts';
import { reading } from '../operation.ts';
import { toEpochSeconds } from '../protocol.ts';
import * as shapes from '../shapes/machine-shapes.ts';

/** What an answer shows of the definition; AWS shows `{}` to those who ask for no data. */
const withoutDefinition = '{}';

/** DescribeStateMachine. */
export const describeMachine = reading('DescribeStateMachine', {
  shape: shapes.describeStateMachineShape,
  run: async ({ stateMachineArn, includedData }, context) => {
    const target = requireTarget(stateMachineArn, context);
    const found = await describeStateMachine(context.context, target);
    const { machine, revision, definition, version } = found;
    const isVersion = target.qualifier?.kind === 'version' && version !== null;
    const description = isVersion && version.description !== '' ? version.description : null;
    return {
      stateMachineArn:
        target.qualifier === null
          ? toMachineArn(context.scope, machine.id)
          : toQualifiedArn(context.scope, machine.id, qualifierOf(target.qualifier)),
      name: machine.name,
      status: machine.status,
      roleArn: revision.roleArn,
      type: machine.kind,
      creationDate: toEpochSeconds(isVersion ? version.createdAt : machine.createdAt),
      ...(description !== null && { description }),
      ...showRevision(revision, definition, includedData),
    };
  },
});

/** DescribeStateMachineForExecution. */
export const describeMachineForExecution = reading('DescribeStateMachineForExecution', {
  shape: shapes.describeStateMachineForExecutionShape,
  run: async ({ executionArn, includedData }, context) => {
    const execution = await requireExecutionOfArn(executionArn, context);
    const found = await describeMachineOfExecution(context.context, execution);
    const { machineId, name, revision, definition, mapRunBatchId, label } = found;
    const machineArn = toMachineArn(context.scope, machineId);
    return {
      stateMachineArn: machineArn,
      name,
      roleArn: revision.roleArn,
      updateDate: toEpochSeconds(revision.createdAt),
      ...(label !== null && { label }),
      ...(label !== null &&
        mapRunBatchId !== null && {
          mapRunArn: toMapRunArn(mapRunOwner(machineArn), label, mapRunBatchId),
        }),
      ...showRevision(revision, definition, includedData),
    };
  },
});

/** The ARN of the machine that has the Map: a child's machine is named `machine/label`. */
function mapRunOwner(machineArn: string): string {
  return machineArn.split('/', 1)[0] ?? machineArn;
}

function qualifierOf(
  qualifier:
    | { readonly kind: 'version'; readonly number: number }
    | { readonly kind: 'alias'; readonly name: string },
): number | string {
  return qualifier.kind === 'version' ? qualifier.number : qualifier.name;
}

function showRevision(
  revision: MachineRevision,
  definition: string,
  includedData: 'ALL_DATA' | 'METADATA_ONLY' = 'ALL_DATA',
): object {
  const { revisionId } = revision;
  const shown = { ...showSettings(revision), ...(revisionId !== null && { revisionId }) };
  if (includedData === 'METADATA_ONLY') return { ...shown, definition: withoutDefinition };
  const references = listVariableReferences(definition);
  const hasReferences = Object.keys(references).length > 0;
  return { ...shown, definition, ...(hasReferences && { variableReferences: references }) };
}
