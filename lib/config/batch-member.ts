import type { Json } from '../asl/json/json.ts';
import type { ExecutionStatus } from '../engine/status.ts';

/** An execution of a batch, as its `summarize` function gets it. */
export interface BatchMember {
  readonly name: string;
  readonly status: ExecutionStatus;
  /** The queue of its tasks. */
  readonly priority: string;
  /** Present if it SUCCEEDED. */
  readonly output?: Json;
  readonly error: string | null;
}
