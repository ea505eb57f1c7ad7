/** Reads a machine that is deployed at Step Functions, with the SDK of the user's project. */
import { isObject, type Json } from '../asl/json/json.ts';
import { AwsInvoker } from '../drivers/aws/aws-invoker.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { MillraceError } from '../errors.ts';

/** Maximum size of an answer, in bytes: a definition has up to one megabyte. */
const bytesMax = 4_000_000;

/**
 * Returns the answer of DescribeStateMachine, in the members that the AWS CLI prints.
 *
 * @param folder where the package `@aws-sdk/client-sfn` is looked for
 * @throws INVALID_CONFIGURATION when the package is not installed, or the call fails
 */
export async function describeAwsMachine(
  arn: string,
  folder: string,
  signal: AbortSignal,
): Promise<Json> {
  const id = 'import';
  const invoker = new AwsInvoker({ folder, bytesMax, clock: systemClock });
  const answer = await invoker.invoke({
    resource: 'arn:aws:states:::aws-sdk:sfn:describeStateMachine',
    parameters: { StateMachineArn: arn },
    pattern: 'request',
    idempotencyKey: id,
    signal,
    execution: { id, arn: id, name: id },
    machineId: id,
    batchId: null,
    queue: id,
    stateName: id,
    retryCount: 0,
    heartbeat: () => {},
  });
  if (answer.ok && 'result' in answer && isObject(answer.result)) {
    const { Name, Type, Definition } = answer.result;
    return { name: Name ?? null, type: Type ?? null, definition: Definition ?? null };
  }
  const reason = answer.ok ? 'no answer' : `${answer.error}: ${answer.cause}`;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `the machine ${arn} could not be read: ${reason}. Install @aws-sdk/client-sfn and log in, or ` +
      'save the answer of `aws stepfunctions describe-state-machine` and import the file.',
    { fields: { arn } },
  );
}
