/** Recorded calls of TestState: passes the request to `testState` as AWS received it. */
import type { Handler } from '../../lib/drivers/handlers/handler.ts';
import { hasCode } from '../../lib/errors.ts';
import { testState } from '../../lib/operations/test-state.ts';
import type { TestStateRequest } from '../../lib/test-state/request.ts';

/** The fields of a TestState case. */
export interface RecordedTestState {
  readonly request?: TestStateRequest;
  /** The code of the Lambda functions that existed, by function name. */
  readonly lambdas?: Readonly<Record<string, string>>;
}

/** The code of the functions in the recordings. */
const functions: Readonly<Record<string, Handler>> = {
  'return_bytes_str.py': () => 'HelloWorld!',
};

/** Returns the reply, or the error in AWS's format. */
export async function testStateDocument(recorded: RecordedTestState): Promise<object> {
  const { request, handlers } = resolvePlaceholders(recorded);
  try {
    const reply = await testState(request, { handlers });
    return { response: { ...reply, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 } } };
  } catch (error) {
    if (!hasCode(error)) throw error;
    const { awsType, awsMessage } = error.fields;
    return { error: { type: awsType ?? error.code, message: awsMessage ?? error.message } };
  }
}

/** Replaces the placeholders that a recording has for function names and the role's ARN. */
function resolvePlaceholders({ request, lambdas = {} }: RecordedTestState): {
  request: TestStateRequest;
  handlers: Record<string, Handler>;
} {
  let text = JSON.stringify(request);
  const handlers: Record<string, Handler> = {};
  for (const [hidden, file] of Object.entries(lambdas)) {
    const name = hidden.replaceAll(/[<>]/g, '');
    text = text.replaceAll(hidden, name);
    const code = functions[file.split('/').at(-1) ?? ''];
    if (code !== undefined) handlers[name] = code;
  }
  const named: TestStateRequest = JSON.parse(text);
  const { roleArn } = named;
  if (roleArn === undefined || roleArn.startsWith('arn:')) return { request: named, handlers };
  const arn = `arn:aws:iam::111111111111:role/${roleArn}`;
  return { request: { ...named, roleArn: arn }, handlers };
}
