/** The operations on tags. */
import { listTags, tagResource, untagResource } from '../../operations/tags/tags.ts';
import type { ResourceTag } from '../../ports/store/machines/tag-store.ts';
import { resourceNotFound } from '../errors.ts';
import { changing, reading, type ServiceOperation } from '../operation.ts';
import type { OperationContext } from '../operation-context.ts';
import { invalidArn, readRequestedArn } from '../requested-arn.ts';
import * as shapes from '../shapes/activity-shapes.ts';

const tag = changing('TagResource', {
  shape: shapes.tagResourceShape,
  run: async ({ resourceArn, tags }, context) => {
    await tagResource(context.context, requireResource(resourceArn, context), readTags(tags));
    return {};
  },
});

const untag = changing('UntagResource', {
  shape: shapes.untagResourceShape,
  run: async ({ resourceArn, tagKeys }, context) => {
    await untagResource(context.context, requireResource(resourceArn, context), tagKeys);
    return {};
  },
});

const list = reading('ListTagsForResource', {
  shape: shapes.listTagsForResourceShape,
  run: async ({ resourceArn }, context) => ({
    tags: await listTags(context.context, requireResource(resourceArn, context)),
  }),
});

/** The operations of this file. */
export const tagOperations: readonly ServiceOperation[] = [tag, untag, list];

/** Returns the tags of a request; AWS takes one without a value as empty. */
export function readTags(
  tags: readonly { readonly key?: string; readonly value?: string }[],
): ResourceTag[] {
  return tags.flatMap(({ key, value = '' }) => (key === undefined ? [] : [{ key, value }]));
}

/** A machine or an activity; versions, aliases and executions have no tags. */
function requireResource(
  arn: string,
  { scope }: OperationContext,
): { readonly kind: 'machine' | 'activity'; readonly name: string } {
  const subject = readRequestedArn(arn, scope, 'stateMachine', 'activity');
  if (subject === null) throw resourceNotFound(arn);
  if (subject.kind === 'activity') return { kind: 'activity', name: subject.name };
  if (subject.qualifier !== null || subject.label !== null) {
    throw invalidArn(`Resource type not valid in this context: ${arn}`);
  }
  return { kind: 'machine', name: subject.machine };
}
