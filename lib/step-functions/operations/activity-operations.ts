/** The operations on activities, and on the tokens of their tasks. */
import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '../../asl/json/parse-json.ts';
import { toActivityArn } from '../../engine/arn/make-arn.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { messageOf } from '../../errors.ts';
import {
  createActivity,
  getActivityRecord,
  listActivityRecords,
  removeActivity,
} from '../../operations/activities/activity-registry.ts';
import { activityDoesNotExist, invalidName } from '../errors.ts';
import { completeEncryption, showEncryption } from '../machine-settings.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { answerPage } from '../pages.ts';
import { toEpochSeconds } from '../protocol.ts';
import { readRequestedArn } from '../requested-arn.ts';
import { ServiceError } from '../service-error.ts';
import * as shapes from '../shapes/activity-shapes.ts';
import { protocolLimits } from '../step-functions-limits.ts';
import { readTags } from './tag-operations.ts';

const create = changing('CreateActivity', {
  shape: shapes.createActivityShape,
  run: async ({ name, tags, encryptionConfiguration }, { context, scope }) => {
    if (findNameProblem(name) !== null) throw invalidName(name);
    const encryption = completeEncryption(encryptionConfiguration ?? { type: 'AWS_OWNED_KEY' });
    const activity = await createActivity(context, {
      name,
      ...(tags !== undefined && { tags: readTags(tags) }),
      ...(encryptionConfiguration !== undefined && { encryptionConfiguration: encryption }),
    });
    if (!isDeepStrictEqual(showEncryption(activity.encryption), encryption)) {
      throw new ServiceError(
        'ActivityAlreadyExists',
        'Activity already exists. EncryptionConfiguration may not be updated.',
      );
    }
    return {
      activityArn: toActivityArn(scope, activity.name),
      creationDate: toEpochSeconds(activity.createdAt),
    };
  },
});

const describe = reading('DescribeActivity', {
  shape: shapes.namedActivityShape,
  run: async ({ activityArn }, context) => {
    const name = requireActivityName(activityArn, context);
    const activity = await getActivityRecord(context.context, name);
    return {
      activityArn: toActivityArn(context.scope, activity.name),
      name: activity.name,
      creationDate: toEpochSeconds(activity.createdAt),
      encryptionConfiguration: showEncryption(activity.encryption),
    };
  },
});

const remove = changing('DeleteActivity', {
  shape: shapes.namedActivityShape,
  run: async ({ activityArn }, context) => {
    const name = readRequestedArn(activityArn, context.scope, 'activity')?.name;
    if (name !== undefined) await removeActivity(context.context, name);
    return {};
  },
});

const list = reading('ListActivities', {
  shape: shapes.listActivitiesShape,
  run: (members, context) =>
    answerPage(
      context,
      { operation: 'ListActivities', members, list: 'activities' },
      (page) => listActivityRecords(context.context, page),
      ({ name, createdAt }) => ({
        activityArn: toActivityArn(context.scope, name),
        name,
        creationDate: toEpochSeconds(createdAt),
      }),
    ),
});

const poll: ServiceOperation = {
  ...changing('GetActivityTask', {
    shape: shapes.getActivityTaskShape,
    run: async ({ activityArn, workerName }, context) => {
      const name = requireActivityName(activityArn, context);
      const work = await context.pollActivity(name, {
        ...(workerName !== undefined && { workerName }),
        waitMs: protocolLimits.longPollMs,
        signal: context.signal,
      });
      if (work === null) return {};
      return { taskToken: work.taskToken, input: JSON.stringify(work.input) };
    },
  }),
  isPoll: true,
  isTraffic: true,
};

const succeed: ServiceOperation = {
  ...changing('SendTaskSuccess', {
    shape: shapes.sendTaskSuccessShape,
    run: async ({ taskToken, output }, { app }) => {
      await app.taskTokens.sendSuccess(taskToken, readOutput(output));
      return {};
    },
  }),
  isTraffic: true,
};

const fail: ServiceOperation = {
  ...changing('SendTaskFailure', {
    shape: shapes.sendTaskFailureShape,
    run: async ({ taskToken, error, cause }, { app }) => {
      await app.taskTokens.sendFailure(taskToken, {
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      });
      return {};
    },
  }),
  isTraffic: true,
};

const heartbeat: ServiceOperation = {
  ...changing('SendTaskHeartbeat', {
    shape: shapes.sendTaskHeartbeatShape,
    run: async ({ taskToken }, { app }) => {
      await app.taskTokens.sendHeartbeat(taskToken);
      return {};
    },
  }),
  isTraffic: true,
};

/** The operations of this file. */
export const activityOperations: readonly ServiceOperation[] = [
  create,
  describe,
  remove,
  list,
  poll,
  succeed,
  fail,
  heartbeat,
];

function requireActivityName(arn: string, { scope }: OperationContext): string {
  const subject = readRequestedArn(arn, scope, 'activity');
  if (subject === null) throw activityDoesNotExist(arn);
  return subject.name;
}

function readOutput(output: string) {
  try {
    return parseJson(output);
  } catch (error) {
    throw new ServiceError('InvalidOutput', `Invalid Output: '${messageOf(error)}'`);
  }
}
