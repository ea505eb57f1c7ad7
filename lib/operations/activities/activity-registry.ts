/** The activities of the configuration and of the API. */
import { canonicalTextOf } from '../../asl/json/canonical-json.ts';
import type { JsonObject } from '../../asl/json/json.ts';
import { findNameProblem } from '../../engine/arn/resource-name.ts';
import { MillraceError } from '../../errors.ts';
import type { ActivityRecord } from '../../ports/store/machines/activity-registry-store.ts';
import type { ResourceTag } from '../../ports/store/machines/tag-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { AppContext } from '../app-context.ts';
import { requireRoomForTags, tagsMax } from '../tags/tags.ts';

/** An activity to create. */
export interface CreateActivityRequest {
  readonly name: string;
  /** @default [] */
  readonly tags?: readonly ResourceTag[];
  readonly encryptionConfiguration?: JsonObject;
}

/**
 * Creates an activity; the same name again returns the activity that has it.
 * @throws INVALID_ARGUMENT for a bad name, TOO_MANY_TAGS
 */
export async function createActivity(
  { store }: Pick<AppContext, 'store'>,
  { name, tags = [], encryptionConfiguration }: CreateActivityRequest,
): Promise<ActivityRecord> {
  const problem = findNameProblem(name);
  if (problem !== null) {
    throw new MillraceError('INVALID_ARGUMENT', `the activity's name: ${problem}`, {
      fields: { argument: 'name' },
    });
  }
  requireRoomForTags(tags);
  const encryption =
    encryptionConfiguration === undefined
      ? null
      : canonicalTextOf(JSON.stringify(encryptionConfiguration));
  const { activity, created } = await store.createActivity({ name, origin: 'api', encryption });
  if (created && tags.length > 0) await store.putTags(`activity:${name}`, tags, tagsMax);
  return activity;
}

/** Returns an activity. Throws UNKNOWN_ACTIVITY. */
export async function getActivityRecord(
  { store }: Pick<AppContext, 'store'>,
  name: string,
): Promise<ActivityRecord> {
  const activity = await store.getActivity(name);
  if (activity !== null) return activity;
  throw new MillraceError('UNKNOWN_ACTIVITY', `no activity is named '${name}'`, {
    fields: { activity: name },
  });
}

/**
 * Deletes an activity of the API, with the work that waits for its workers; does nothing when it is
 * not there.
 * @throws INVALID_ARGUMENT for an activity of the configuration
 */
export async function removeActivity(
  { store }: Pick<AppContext, 'store'>,
  name: string,
): Promise<void> {
  const activity = await store.getActivity(name);
  if (activity?.origin === 'config') {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `the activity '${name}' belongs to the configuration (millrace.config.ts): remove it there`,
      { fields: { activity: name, argument: 'activity' } },
    );
  }
  await store.deleteActivity(name);
}

/** Lists the activities, the oldest first. */
export function listActivityRecords(
  { store }: Pick<AppContext, 'store'>,
  page: PageRequest,
): Promise<Page<ActivityRecord>> {
  return store.listActivityRecords(page);
}
