import type { Json } from '../asl/json/json.ts';

/**
 * The constant part of an execution, which `$$.Execution` and `$$.StateMachine` show. Passed to
 * every transition together with the snapshot.
 */
export interface ExecutionIdentity {
  /** `$$.Execution.Id`: an ARN, see `arn/make-arn.ts`. */
  readonly arn: string;
  /** `$$.Execution.Name`, unique within its machine. */
  readonly name: string;
  readonly input: Json;
  readonly roleArn: string;
  /** `$$.StateMachine.Id`. */
  readonly machineArn: string;
  readonly machineName: string;
}
