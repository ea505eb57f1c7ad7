import type { Principal } from '../iam/principal.ts';

/** A caller that the proxy knows by its access key. */
export interface ProxyCaller {
  /** The name in records, and for faults: `leader`. */
  readonly name: string;
  readonly principal: Principal;
}
