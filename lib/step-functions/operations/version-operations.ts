/** The operations on versions of machines. */
import { toQualifiedArn } from '../../engine/arn/make-arn.ts';
import { hasCode } from '../../errors.ts';
import { deleteVersion, listVersions, publishVersion } from '../../operations/versions/versions.ts';
import { findTarget, requireMachineName } from '../machine-arns.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import { answerPage } from '../pages.ts';
import { toEpochSeconds } from '../protocol.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/version-shapes.ts';

const publish = changing('PublishStateMachineVersion', {
  shape: shapes.publishStateMachineVersionShape,
  run: async ({ stateMachineArn, revisionId, description }, context) => {
    const name = requireMachineName(stateMachineArn, context);
    const version = await publishVersion(context.context, name, {
      ...(revisionId !== undefined && { revisionId }),
      ...(description !== undefined && { description }),
    });
    return {
      creationDate: toEpochSeconds(version.createdAt),
      stateMachineVersionArn: toQualifiedArn(context.scope, version.machineId, version.number),
    };
  },
});

const list = reading('ListStateMachineVersions', {
  shape: shapes.listStateMachineVersionsShape,
  run: (members, context) => {
    const name = requireMachineName(members.stateMachineArn, context);
    return answerPage(
      context,
      { operation: 'ListStateMachineVersions', members, list: 'stateMachineVersions' },
      (page) => listVersions(context.context, name, page),
      ({ machineId, number, createdAt }) => ({
        stateMachineVersionArn: toQualifiedArn(context.scope, machineId, number),
        creationDate: toEpochSeconds(createdAt),
      }),
    );
  },
});

const remove = changing('DeleteStateMachineVersion', {
  shape: shapes.deleteStateMachineVersionShape,
  run: async ({ stateMachineVersionArn }, context) => {
    const target = findTarget(stateMachineVersionArn, context);
    if (target === null) return {};
    if (target.qualifier?.kind !== 'version') {
      const message = `State Machine Version ARN must name a version: '${stateMachineVersionArn}'`;
      throw new ServiceError('ValidationException', message);
    }
    try {
      await deleteVersion(context.context, target.name, target.qualifier.number);
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error;
      throw referencedVersion(String(error.fields.aliases ?? ''));
    }
    return {};
  },
});

function referencedVersion(aliases: string): ServiceError {
  return new ServiceError(
    'ConflictException',
    'Version to be deleted must not be referenced by an alias. Current list of aliases ' +
      `referencing this version: [${aliases}]`,
  );
}

/** The operations of this file. */
export const versionOperations: readonly ServiceOperation[] = [publish, list, remove];
