/** A tag of a machine or of an activity. */
export interface ResourceTag {
  readonly key: string;
  readonly value: string;
}

/** A resource with tags: `machine:<id>` or `activity:<name>`. */
export type TaggedResource = `machine:${string}` | `activity:${string}`;

/** The tags of machines and activities. */
export interface TagStore {
  /** Adds tags, and replaces those with the same keys; false, with nothing done, above `max`. */
  putTags(resource: TaggedResource, tags: readonly ResourceTag[], max: number): Promise<boolean>;
  removeTags(resource: TaggedResource, keys: readonly string[]): Promise<void>;
  /** Lists tags by key. */
  listTags(resource: TaggedResource): Promise<ResourceTag[]>;
}
