/** What a deploy is going to need of the account. */
export interface DeployPlan {
  /** Null for that of the credentials. */
  readonly account: string | null;
  /** Undefined for that of the credentials. */
  readonly region: string | undefined;
  /** Maximum number of invocations at once, of all functions. */
  readonly concurrency: number;
  /** Whether they are reserved, and how many environments are kept started. */
  readonly reserves: boolean;
  readonly provisioned: number;
  /** A new cluster, or an existing one. */
  readonly database:
    | {
        readonly version: string;
        readonly pauses: boolean;
        readonly zones: readonly string[] | null;
      }
    | { readonly cluster: string };
}
