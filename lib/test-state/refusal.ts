/** Rejects tests with AWS's errors. */
import { MillraceError } from '../errors.ts';

/** The errors with which AWS, or its client before the call, rejects a TestState request. */
export type RefusalType =
  | 'ValidationException'
  | 'InvalidDefinition'
  | 'InvalidExecutionInput'
  | 'ParamValidationError';

/**
 * Throws INVALID_DEFINITION for `InvalidDefinition`, INVALID_ARGUMENT for every other type. The
 * fields `awsType` and `awsMessage` are AWS's error; `advice` says how to fix the request.
 */
export function refuseTest(awsType: RefusalType, awsMessage: string, advice: string): never {
  const code = awsType === 'InvalidDefinition' ? 'INVALID_DEFINITION' : 'INVALID_ARGUMENT';
  throw new MillraceError(code, `${awsMessage} (${advice})`, { fields: { awsType, awsMessage } });
}
