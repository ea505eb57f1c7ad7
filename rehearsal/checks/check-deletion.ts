import { isHeldByUsers, isKept } from '../cloudformation/simulated-account.ts';
import type { Resource } from '../template/assembly.ts';
import { findReferences } from '../template/find-references.ts';
import type { Resolution } from '../template/resolution.ts';
import type { TemplateProblem } from './template-problem.ts';

/**
 * Checks that the stacks can be deleted: AWS deletes no network whose cluster is kept, and no
 * bucket that has objects. Each would show when the stack is deleted, or a first deploy fails.
 */
export function checkDeletion(resolution: Resolution): TemplateProblem[] {
  const byId = new Map(resolution.resources.map((each) => [each.id, each]));
  const emptied = new Set(
    resolution
      .ofType('Custom::S3AutoDeleteObjects')
      .flatMap((each) => listUsed(each, byId).map(({ id }) => id)),
  );
  const held = resolution.resources
    .filter((resource) => isKept(resource))
    .flatMap((user) =>
      listUsed(user, byId)
        .filter((used) => isHeldByUsers(used) && !isKept(used))
        .map((used) => ({
          resource: used.id,
          message:
            `its stack cannot be deleted: ${user.id} is kept and uses it. Keep it too ` +
            `(DeletionPolicy ${user.deletionPolicy})`,
        })),
    );
  const full = resolution
    .ofType('AWS::S3::Bucket')
    .filter((bucket) => !isKept(bucket) && !emptied.has(bucket.id))
    .map(({ id }) => ({
      resource: id,
      message: 'its stack cannot be deleted once it has objects: keep it, or set autoDeleteObjects',
    }));
  return [...held, ...full];
}

function listUsed(
  { stack, properties }: Resource,
  byId: ReadonlyMap<string, Resource>,
): Resource[] {
  return [...findReferences(properties)].flatMap((name) => byId.get(`${stack}/${name}`) ?? []);
}
