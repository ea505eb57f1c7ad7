/** An index that is built while programs work on its table. */
export interface LargeIndex {
  readonly name: string;
  readonly table: string;
  /** What follows the table in `CREATE INDEX`: `(error, id) WHERE error IS NOT NULL`. */
  readonly keys: string;
}

/**
 * One step of the schema. Never changed once released: a later step corrects it.
 *
 * While a deploy is under way, and after it was rolled back, programs of the previous release work
 * on the schema of the next. A step therefore expands what they use, and what they no longer use is
 * removed by a step of a later release, which says so in `compatibleFrom`.
 */
export interface Migration {
  /** 1, 2, 3 …, without a gap. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
  /**
   * Indexes of tables that may be large. In a database that has data they are built after the
   * statements, without blocking writes, and a build that was interrupted is repeated. Programs
   * work without them, only slower. @default none
   */
  readonly indexes?: readonly LargeIndex[];
  /**
   * The oldest version that a program may know and still work after this step.
   * @default 1: all of them, as the step only adds
   */
  readonly compatibleFrom?: number;
}
