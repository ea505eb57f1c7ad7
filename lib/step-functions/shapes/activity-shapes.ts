/** The requests of the operations on activities, task tokens and tags. */
import { apiLengths } from '../step-functions-limits.ts';
import {
  causeText,
  documentText,
  encryptionConfiguration,
  errorText,
  paging,
  resourceName,
  shortArn,
  tagList,
} from './common-shapes.ts';
import { listShape, structureShape, textShape } from './shape.ts';

const taskToken = textShape({ min: 1, max: apiLengths.taskToken, secret: true });

/** CreateActivity. */
export const createActivityShape = structureShape(
  { name: resourceName },
  { tags: tagList, encryptionConfiguration },
);

/** DescribeActivity, and DeleteActivity. */
export const namedActivityShape = structureShape({ activityArn: shortArn }, {});

/** ListActivities. */
export const listActivitiesShape = structureShape({}, paging);

/** GetActivityTask. */
export const getActivityTaskShape = structureShape(
  { activityArn: shortArn },
  { workerName: resourceName },
);

/** SendTaskSuccess. */
export const sendTaskSuccessShape = structureShape({ taskToken, output: documentText }, {});

/** SendTaskFailure. */
export const sendTaskFailureShape = structureShape(
  { taskToken },
  { error: errorText, cause: causeText },
);

/** SendTaskHeartbeat. */
export const sendTaskHeartbeatShape = structureShape({ taskToken }, {});

/** TagResource. */
export const tagResourceShape = structureShape({ resourceArn: shortArn, tags: tagList }, {});

/** UntagResource. */
export const untagResourceShape = structureShape(
  { resourceArn: shortArn, tagKeys: listShape(textShape({ min: 1, max: apiLengths.tagKey })) },
  {},
);

/** ListTagsForResource. */
export const listTagsForResourceShape = structureShape({ resourceArn: shortArn }, {});
