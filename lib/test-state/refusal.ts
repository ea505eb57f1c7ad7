/** Refusals of a test, in AWS's words and under AWS's names. */
import { MillraceError } from '../errors.ts';

/** The names under which AWS, or its client before it calls, refuses a TestState request. */
export type RefusalType =
  | 'ValidationException'
  | 'InvalidDefinition'
  | 'InvalidExecutionInput'
  | 'ParamValidationError';

/**
 * Throws INVALID_DEFINITION for a definition, INVALID_ARGUMENT for all else. The fields `awsType`
 * and `awsMessage` say what AWS answers; `advice` is what the reader can do about it.
 */
export function refuse(awsType: RefusalType, awsMessage: string, advice: string): never {
  const code = awsType === 'InvalidDefinition' ? 'INVALID_DEFINITION' : 'INVALID_ARGUMENT';
  throw new MillraceError(code, `${awsMessage} (${advice})`, { fields: { awsType, awsMessage } });
}
