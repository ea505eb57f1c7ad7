import type { Page, PageRequest } from '../page.ts';

/** A published version: a number that stands for one revision. */
export interface PublishedVersion {
  readonly machineId: string;
  /** 1, 2, 3 …; never used again. */
  readonly number: number;
  /** The `version` of the machine's revision. */
  readonly revision: number;
  readonly description: string;
  readonly createdAt: number;
}

/** A version to publish. */
export interface NewPublishedVersion {
  readonly machineId: string;
  readonly revision: number;
  readonly description: string;
  /** Maximum number of versions of a machine. */
  readonly versionsMax: number;
}

/** Why a version was not deleted: the aliases that name it. */
export interface VersionDeletion {
  readonly aliases: readonly string[];
}

/** The published versions of machines. */
export interface PublishedVersionStore {
  /**
   * Publishes a revision. Returns the version that stands for it already, if there is one; null
   * when the machine has as many as it may have, or is not ACTIVE.
   */
  publishVersion(version: NewPublishedVersion): Promise<PublishedVersion | null>;
  getPublishedVersion(machineId: string, number: number): Promise<PublishedVersion | null>;
  /** Lists versions, the newest first. */
  listPublishedVersions(machineId: string, page: PageRequest): Promise<Page<PublishedVersion>>;
  /** Deletes a version, unless an alias names it; deleting one that is not there does nothing. */
  deletePublishedVersion(machineId: string, number: number): Promise<VersionDeletion>;
}
