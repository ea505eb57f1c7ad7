/** The operations on state machines. */

import { toMachineArn, toQualifiedArn } from '../../engine/arn/make-arn.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { createStateMachine } from '../../operations/state-machines/create-state-machine.ts';
import { deleteStateMachine } from '../../operations/state-machines/delete-state-machine.ts';
import { listStateMachines } from '../../operations/state-machines/list-state-machines.ts';
import { updateStateMachine } from '../../operations/state-machines/update-state-machine.ts';
import { invalidName } from '../errors.ts';
import { findMachineName, requireMachineName } from '../machine-arns.ts';
import { completeSettings, normalizeSettings } from '../machine-settings.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import { answerPage } from '../pages.ts';
import { toEpochSeconds } from '../protocol.ts';
import { invalidArn } from '../requested-arn.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/machine-shapes.ts';
import { describeMachine, describeMachineForExecution } from './machine-descriptions.ts';
import { readTags } from './tag-operations.ts';

const create = changing('CreateStateMachine', {
  shape: shapes.createStateMachineShape,
  run: async (members, { context, scope }) => {
    const { name, definition, roleArn, type, publish, versionDescription, tags } = members;
    if (findNameProblem(name) !== null) throw invalidName(name);
    checkRoleArn(roleArn);
    checkVersionDescription(members);
    const { machine, versionNumber } = await createStateMachine(context, {
      name,
      definition,
      roleArn,
      ...(type !== undefined && { type }),
      ...normalizeSettings(completeSettings(members)),
      ...(publish !== undefined && { publish }),
      ...(versionDescription !== undefined && { versionDescription }),
      ...(tags !== undefined && { tags: readTags(tags) }),
    });
    return {
      stateMachineArn: toMachineArn(scope, machine.id),
      creationDate: toEpochSeconds(machine.createdAt),
      ...(versionNumber !== null && {
        stateMachineVersionArn: toQualifiedArn(scope, machine.id, versionNumber),
      }),
    };
  },
});

const update = changing('UpdateStateMachine', {
  shape: shapes.updateStateMachineShape,
  run: async (members, context) => {
    const { stateMachineArn, definition, roleArn, publish, versionDescription } = members;
    const name = requireMachineName(stateMachineArn, context);
    const settings = completeSettings(members);
    if (definition === undefined && roleArn === undefined && Object.keys(settings).length === 0) {
      throw new ServiceError(
        'MissingRequiredParameter',
        'Either the definition, the role ARN, the LoggingConfiguration, the ' +
          'EncryptionConfiguration, or the TracingConfiguration must be specified',
      );
    }
    if (roleArn !== undefined) checkRoleArn(roleArn);
    checkVersionDescription(members);
    const updated = await updateStateMachine(context.context, name, {
      ...(definition !== undefined && { definition }),
      ...(roleArn !== undefined && { roleArn }),
      ...normalizeSettings(settings),
      ...(publish !== undefined && { publish }),
      ...(versionDescription !== undefined && { versionDescription }),
    });
    const { machine, updatedAt, revisionId, versionNumber } = updated;
    return {
      updateDate: toEpochSeconds(updatedAt),
      ...(revisionId !== null && { revisionId }),
      ...(versionNumber !== null && {
        stateMachineVersionArn: toQualifiedArn(context.scope, machine.id, versionNumber),
      }),
    };
  },
});

const remove = changing('DeleteStateMachine', {
  shape: shapes.deleteStateMachineShape,
  run: async ({ stateMachineArn }, context) => {
    const name = findMachineName(stateMachineArn, context);
    if (name !== null) await deleteStateMachine(context.context, name);
    return {};
  },
});

const list = reading('ListStateMachines', {
  shape: shapes.listStateMachinesShape,
  run: (members, context) =>
    answerPage(
      context,
      { operation: 'ListStateMachines', members, list: 'stateMachines' },
      (page) => listStateMachines(context.context, page),
      ({ id, name, kind, createdAt }) => ({
        stateMachineArn: toMachineArn(context.scope, id),
        name,
        type: kind,
        creationDate: toEpochSeconds(createdAt),
      }),
    ),
});

/** The operations of this file. */
export const stateMachineOperations: readonly ServiceOperation[] = [
  create,
  update,
  remove,
  list,
  describeMachine,
  describeMachineForExecution,
];

function checkRoleArn(roleArn: string): void {
  if (!roleArn.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${roleArn}`);
}

function checkVersionDescription(members: {
  readonly publish?: boolean;
  readonly versionDescription?: string;
}): void {
  if (members.versionDescription === undefined || members.publish === true) return;
  throw new ServiceError(
    'ValidationException',
    'Version description can only be set when publish is true',
  );
}
