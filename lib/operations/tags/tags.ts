/** Tags of machines and activities. */
import { MillraceError } from '../../errors.ts';
import type { ResourceTag, TaggedResource } from '../../ports/store/machines/tag-store.ts';
import type { AppContext } from '../app-context.ts';

/** Maximum number of tags of a resource. AWS quota. */
export const tagsMax = 50;

/** A machine or an activity. */
export interface TagSubject {
  readonly kind: 'machine' | 'activity';
  readonly name: string;
}

/**
 * Adds tags, and replaces those with the same keys.
 * @throws UNKNOWN_RESOURCE, TOO_MANY_TAGS
 */
export async function tagResource(
  context: Pick<AppContext, 'store'>,
  subject: TagSubject,
  tags: readonly ResourceTag[],
): Promise<void> {
  const resource = await requireResource(context, subject);
  if (!(await context.store.putTags(resource, tags, tagsMax))) throw tooMany();
}

/** Removes tags; those that are not there are left out. Throws UNKNOWN_RESOURCE. */
export async function untagResource(
  context: Pick<AppContext, 'store'>,
  subject: TagSubject,
  keys: readonly string[],
): Promise<void> {
  await context.store.removeTags(await requireResource(context, subject), keys);
}

/** Lists tags, by key. Throws UNKNOWN_RESOURCE. */
export async function listTags(
  context: Pick<AppContext, 'store'>,
  subject: TagSubject,
): Promise<ResourceTag[]> {
  return context.store.listTags(await requireResource(context, subject));
}

/** Throws TOO_MANY_TAGS when a new resource would have too many. */
export function requireRoomForTags(tags: readonly ResourceTag[]): void {
  if (new Set(tags.map(({ key }) => key)).size > tagsMax) throw tooMany();
}

async function requireResource(
  { store }: Pick<AppContext, 'store'>,
  { kind, name }: TagSubject,
): Promise<TaggedResource> {
  if (kind === 'machine') {
    const machine = await store.findStateMachine(name);
    if (machine !== null) return `machine:${machine.id}`;
  } else if ((await store.getActivity(name)) !== null) {
    return `activity:${name}`;
  }
  throw new MillraceError('UNKNOWN_RESOURCE', `there is no ${kind} named '${name}'`, {
    fields: { kind, name },
  });
}

function tooMany(): MillraceError {
  return new MillraceError(
    'TOO_MANY_TAGS',
    `a resource has at most ${tagsMax} tags: remove some, or send fewer`,
    { fields: { max: tagsMax } },
  );
}
