/** Creates, updates and deletes stacks in a simulated account, in the order of CloudFormation. */
import { messageOf } from '../../lib/errors.ts';
import { isCustomResource, type Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import { listInOrder, planChange, type ResourceChange } from './plan-change.ts';
import type { Creation, SimulatedAccount } from './simulated-account.ts';

/** Asks the function of a custom resource. Throws why the function refuses. */
export type AskCustomResource = (request: CustomResourceRequest) => Promise<void>;

/** A request to the function of a custom resource. */
export interface CustomResourceRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly resource: Resource;
  /** The resource as it was; null unless it is updated. */
  readonly before: Resource | null;
}

/** An update of the stacks of an account. */
export interface StackUpdate {
  readonly account: SimulatedAccount;
  readonly before: Resolution;
  readonly after: Resolution;
  readonly ask: AskCustomResource;
  /** The id of a resource that AWS fails to create or update, as many do for want of a quota. */
  readonly failingId?: string;
}

/** The outcome of an update. */
export type UpdateOutcome =
  | { readonly kind: 'updated'; readonly changes: readonly ResourceChange[] }
  | { readonly kind: 'rolled back'; readonly stack: string; readonly reason: string }
  | { readonly kind: 'stuck'; readonly stack: string; readonly reason: string };

/** Creates all resources of the stacks in an account. */
export async function deployStacks(
  account: SimulatedAccount,
  resolution: Resolution,
  ask: AskCustomResource,
): Promise<void> {
  for (const resource of listInOrder(resolution)) {
    account.create(resource);
    if (isCustomResource(resource)) await ask({ type: 'Create', resource, before: null });
  }
}

/**
 * Updates stacks as CloudFormation does, one after the other: it creates, updates and replaces what
 * differs, and deletes what is left over when all of that has succeeded. When anything fails, the
 * stack is rolled back: what was updated gets its old properties, and what was created is deleted.
 */
export async function updateStacks(update: StackUpdate): Promise<UpdateOutcome> {
  const changes = planChange(update.before, update.after);
  const stacks = new Set(changes.map(({ resource }) => resource.stack));
  for (const stack of stacks) {
    const ofStack = changes.filter(({ resource }) => resource.stack === stack);
    const outcome = await updateStack(update, stack, ofStack);
    if (outcome !== null) return outcome;
  }
  return { kind: 'updated', changes };
}

/** Deletes the stacks: those that use others first, and in each what uses others first. */
export async function deleteStacks(
  account: SimulatedAccount,
  resolution: Resolution,
  ask: AskCustomResource,
): Promise<void> {
  for (const resource of listInOrder(resolution).toReversed()) {
    if (account.find(resource.id) === undefined) continue;
    if (isCustomResource(resource)) await ask({ type: 'Delete', resource, before: null });
    account.delete(resource.id);
  }
}

/** A change that was made. */
interface MadeChange {
  readonly change: ResourceChange;
  /** Null if it was updated in place. */
  readonly creation: Creation | null;
}

/** Returns null when the stack is updated. */
async function updateStack(
  update: StackUpdate,
  stack: string,
  changes: readonly ResourceChange[],
): Promise<UpdateOutcome | null> {
  const made: MadeChange[] = [];
  try {
    for (const change of changes.filter(({ kind }) => kind !== 'remove')) {
      await makeChange(update, change, made);
    }
  } catch (error) {
    const reason = messageOf(error);
    const stuck = await rollBack(update, made);
    if (stuck === null) return { kind: 'rolled back', stack, reason };
    return { kind: 'stuck', stack, reason: `${reason}; and the rollback: ${stuck}` };
  }
  for (const { creation } of made.toReversed()) creation?.deleteReplaced();
  for (const { resource } of changes.filter(({ kind }) => kind === 'remove')) {
    if (isCustomResource(resource)) await update.ask({ type: 'Delete', resource, before: null });
    update.account.delete(resource.id);
  }
  return null;
}

async function makeChange(
  { account, ask, failingId }: StackUpdate,
  change: ResourceChange,
  made: MadeChange[],
): Promise<void> {
  const { kind, resource, before } = change;
  if (resource.id === failingId) throw new Error(`${failingId}: a quota is exceeded`);
  const creation = kind === 'update' ? null : account.create(resource);
  if (kind === 'update') account.update(resource);
  made.push({ change, creation });
  if (!isCustomResource(resource)) return;
  await ask({ type: kind === 'update' ? 'Update' : 'Create', resource, before });
}

/**
 * Undoes the changes in their order, so that a function has its old code again before a custom
 * resource asks it. Returns why the stack is stuck; null when it is not.
 */
async function rollBack(
  { account, ask }: StackUpdate,
  made: readonly MadeChange[],
): Promise<string | null> {
  try {
    for (const { change, creation } of made) {
      creation?.undo();
      if (creation !== null || change.before === null) continue;
      account.update(change.before);
      if (!isCustomResource(change.before)) continue;
      await ask({ type: 'Update', resource: change.before, before: change.resource });
    }
    for (const { creation } of made.toReversed()) creation?.deleteCreated();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
