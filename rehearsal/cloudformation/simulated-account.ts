import { isCustomResource, type Resource } from '../template/assembly.ts';
import { findReferences } from '../template/find-references.ts';
import { replacementRules } from './replacement-rules.ts';

/** A resource that exists in the account. */
interface ExistingResource {
  resource: Resource;
  /** The existing resources that it refers to. */
  uses: ReadonlySet<ExistingResource>;
  /** Whether objects are in it, if it is a bucket. */
  hasObjects: boolean;
}

/** A resource that was created, and may have replaced another one. */
export interface Creation {
  /** Deletes what it has replaced. */
  readonly deleteReplaced: () => void;
  /** Lets the stack refer to what it has replaced. */
  readonly undo: () => void;
  /** Deletes it, after it was undone. */
  readonly deleteCreated: () => void;
}

/** What happened to a resource, in order. */
export interface AccountEvent {
  readonly action: 'create' | 'update' | 'delete' | 'keep';
  readonly id: string;
}

/** Why AWS refuses an operation on a resource. */
export class DeploymentRefusal extends Error {
  override readonly name = 'DeploymentRefusal';
  readonly resource: string;

  constructor(resource: string, reason: string) {
    super(`${resource}: ${reason}`);
    this.resource = resource;
  }
}

/** Types of which AWS deletes none that another resource uses, by their beginning. */
const heldTypes: readonly string[] = ['AWS::EC2::', 'AWS::RDS::', 'AWS::Events::EventBus'];

/** CloudFormation's policies by which a resource outlives its stack. */
const keepingPolicies: ReadonlySet<string> = new Set(['Retain', 'RetainExceptOnCreate']);

/** Whether a deletion of its stack leaves a resource as it is. */
export function isKept({ deletionPolicy }: Resource): boolean {
  return keepingPolicies.has(deletionPolicy);
}

/** Whether AWS refuses to delete a resource until its protection is removed. */
export function isDeletionProtected({ properties }: Resource): boolean {
  return properties.DeletionProtection === true;
}

/** Whether AWS refuses to delete a resource of this type while another one uses it. */
export function isHeldByUsers({ type }: Resource): boolean {
  return heldTypes.some((prefix) => type.startsWith(prefix));
}

/**
 * The resources of stacks in an account, and what AWS would refuse to do with them: to delete what
 * is used, protected or not empty, and to create a name twice.
 */
export class SimulatedAccount {
  /** Everything that was done, in order. */
  readonly events: AccountEvent[] = [];
  /** What the stacks refer to, by id. */
  readonly #current = new Map<string, ExistingResource>();
  readonly #all = new Set<ExistingResource>();

  /** The ids of everything that exists, outside of stacks too. */
  get existing(): string[] {
    return [...this.#all].map(({ resource }) => resource.id);
  }

  /** Returns what a stack has under this id. */
  find(id: string): Resource | undefined {
    return this.#current.get(id)?.resource;
  }

  /** Creates a resource; what had its id before exists until it is deleted. */
  create(resource: Resource): Creation {
    const { id } = resource;
    const replaced = this.#current.get(id);
    if (replaced !== undefined) refuseSameName(resource, replaced.resource);
    const uses = this.#findUses(resource);
    const created = { resource, uses, hasObjects: resource.type === 'AWS::S3::Bucket' };
    this.#all.add(created);
    this.#current.set(id, created);
    this.events.push({ action: 'create', id });
    return {
      deleteReplaced: () => {
        if (replaced !== undefined) this.#remove(replaced, replaced.resource.updateReplacePolicy);
      },
      undo: () => {
        if (replaced === undefined) this.#current.delete(id);
        else this.#current.set(id, replaced);
      },
      deleteCreated: () => {
        // This policy keeps what works, but not what was created by a deploy that failed.
        const { deletionPolicy } = resource;
        const policy = deletionPolicy === 'RetainExceptOnCreate' ? 'Delete' : deletionPolicy;
        this.#remove(created, replaced === undefined ? policy : 'Delete');
      },
    };
  }

  /** Updates a resource in place. */
  update(resource: Resource): void {
    const existing = this.#current.get(resource.id);
    if (existing === undefined) throw new DeploymentRefusal(resource.id, 'it does not exist');
    if (existing.resource.type !== resource.type) {
      throw new DeploymentRefusal(
        resource.id,
        `its type changes from ${existing.resource.type} to ${resource.type}: give it another id`,
      );
    }
    existing.resource = resource;
    existing.uses = this.#findUses(resource);
    this.events.push({ action: 'update', id: resource.id });
  }

  /** Deletes the resource of a stack, unless its policy keeps it. */
  delete(id: string): void {
    const found = this.#current.get(id);
    if (found === undefined) return;
    this.#remove(found, found.resource.deletionPolicy);
    this.#current.delete(id);
  }

  /** What it only depends on is created before it, but may be deleted while it exists. */
  #findUses({ stack, properties }: Resource): ReadonlySet<ExistingResource> {
    const uses = [...findReferences(properties)]
      .map((logicalId) => this.#current.get(`${stack}/${logicalId}`))
      .filter((each) => each !== undefined);
    return new Set(uses);
  }

  #remove(found: ExistingResource, policy: string): void {
    const { resource } = found;
    if (keepingPolicies.has(policy)) {
      this.events.push({ action: 'keep', id: resource.id });
      return;
    }
    this.#refuseDeletion(found);
    this.#all.delete(found);
    this.events.push({ action: 'delete', id: resource.id });
    if (resource.type === 'Custom::S3AutoDeleteObjects') {
      for (const used of found.uses) used.hasObjects = false;
    }
  }

  #refuseDeletion(found: ExistingResource): void {
    const { resource, hasObjects } = found;
    const user = [...this.#all].find((each) => each.uses.has(found));
    if (user !== undefined && isHeldByUsers(resource)) {
      const reason = `AWS does not delete it while ${user.resource.id} uses it: keep both or none`;
      throw new DeploymentRefusal(resource.id, reason);
    }
    if (isDeletionProtected(resource)) {
      throw new DeploymentRefusal(resource.id, 'it is protected from deletion');
    }
    if (hasObjects) {
      const reason = 'a bucket with objects is not deleted: keep it, or set autoDeleteObjects';
      throw new DeploymentRefusal(resource.id, reason);
    }
  }
}

/** A replacement is created before the old one is deleted, so their names have to differ. */
function refuseSameName(resource: Resource, before: Resource): void {
  if (isCustomResource(resource)) return;
  const { name } = replacementRules.get(resource.type) ?? {};
  const named = name === undefined ? undefined : resource.properties[name];
  if (name === undefined || typeof named !== 'string') return;
  if (JSON.stringify(before.properties[name]) !== JSON.stringify(named)) return;
  throw new DeploymentRefusal(
    resource.id,
    `CloudFormation cannot replace it, as its ${name} '${named}' stays the same: change it too`,
  );
}
