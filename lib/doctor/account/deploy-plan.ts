/** What a deploy is going to need of the account. */
export interface DeployPlan {
  /** Null for that of the credentials. */
  readonly account: string | null;
  /** Undefined for that of the credentials. */
  readonly region: string | undefined;
  /** The stack of the data. */
  readonly dataStack: string;
  /** What that stack creates of which an account may have only so many. */
  readonly creates: {
    readonly networks: number;
    readonly clusters: number;
    readonly instances: number;
  };
  /** Actions of CloudFormation that the settings need besides those of every deploy. */
  readonly actions: readonly string[];
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
