/** What a batch's `summarize` function is given. */
import type { Json } from '../asl/json/json.ts';
import type { ExecutionStatus } from '../engine/status.ts';

/** One execution of a batch, as a `summarize` function sees it. */
export interface BatchMember {
  readonly name: string;
  readonly status: ExecutionStatus;
  /** The queue that its tasks went to. */
  readonly priority: string;
  /** Present when it SUCCEEDED. */
  readonly output?: Json;
  readonly error: string | null;
}
