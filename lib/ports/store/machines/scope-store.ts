import type { AwsScope } from '../../../engine/arn/aws-scope.ts';

/** Which account and region a store belongs to; ARNs in its rows name them. */
export interface ScopeStore {
  /**
   * Records `scope` when the store has none yet; returns the one that it has.
   * @param mayReplace whether it replaces the one of a store without executions
   */
  adoptScope(scope: AwsScope, mayReplace: boolean): Promise<AwsScope>;
  /** Returns the one that was recorded; null before the first. */
  findScope(): Promise<AwsScope | null>;
}
